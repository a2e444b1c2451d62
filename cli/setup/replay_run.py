"""Replaying what is running, with its progress, and the list of what would get stuck."""

import logging
from collections.abc import Sequence

import typer
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, out, print_json
from client.replay import Replayed, count_running, replay_running
from worker.build import SANDBOX, WORKFLOWS


async def replay_and_report(limit: int | None, *, as_json: bool) -> None:
    """Replay, tell how far it is on standard error, then list who would get stuck.

    Raises:
        typer.Exit: somebody would.
        UnreadablePayload: histories are encrypted, and `PAYLOAD_KEYS` is another here.
    """
    # The SDK logs each failure with its traceback; here they are the result.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    client = await connect_to_temporal()
    running = await count_running(client)
    replayed, stuck = 0, list[Replayed]()
    with _progress() as progress:
        task = progress.add_task("Replaying", total=min(running, limit or running))
        async for one in replay_running(client, WORKFLOWS, runner=SANDBOX, limit=limit):
            replayed += 1
            if one.reason is not None:
                stuck.append(one)
            progress.update(task, completed=replayed, description=_so_far(len(stuck)))
    if as_json:
        print_json({"replayed": replayed, "stuck": [_as_json(one) for one in stuck]})
    else:
        _print(replayed, stuck)
    if stuck:
        raise typer.Exit(ExitStatus.FAILED)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True)


def _so_far(stuck: int) -> str:
    return f"Replaying; {stuck} would get stuck" if stuck else "Replaying"


def _print(replayed: int, stuck: Sequence[Replayed]) -> None:
    if not stuck:
        out.print(f"Replayed {replayed} running workflows: none would get stuck.")
        return
    out.print(f"Replayed {replayed} running workflows: {len(stuck)} would get stuck.")
    for one in stuck:
        who = f"{one.workflow_id}  {one.user_principal_name or one.workflow_type}"
        out.print(escape(who), soft_wrap=True)
        out.print(escape(f"  {_why(one)}"), soft_wrap=True)
    out.print("Do not deploy this version yet: see docs/changing-workflows.md.")


def _why(one: Replayed) -> str:
    kind = "does not fit the history" if one.nondeterministic else "raises an error"
    return f"{kind}: {one.reason}"


def _as_json(one: Replayed) -> dict[str, str | bool | None]:
    return {
        "workflowId": one.workflow_id,
        "runId": one.run_id,
        "workflowType": one.workflow_type,
        "nondeterministic": one.nondeterministic,
        "reason": one.reason,
    }
