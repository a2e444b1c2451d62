"""The verbs about the people of a rollout: all of them, or one."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.run import run
from cli.terminal import fail, out, print_json

if TYPE_CHECKING:
    from temporalio.client import Client

    from client.enrolments import EnrolmentHandle, Update
    from domain.records.audit import AuditAction

Who = Annotated[str, typer.Argument(help="User principal name or ObjectId.")]
Reason = Annotated[str, typer.Option(help="Why: it stays in the person's history.")]

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout status",
        "mfa-rollout status --batch-id wave-1",
        "mfa-rollout status --json",
    ),
)
def status(
    *,
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the numbers as JSON, for programs.")
    ] = False,
) -> None:
    """Show how many people stand where."""
    from rich.table import Table

    from cli.temporal import connect_to_temporal
    from client.enrolments import count_by_status, count_stuck

    async def count() -> None:
        client = await connect_to_temporal()
        counts = await count_by_status(client, batch_id)
        stuck = await count_stuck(client, batch_id)
        if as_json:
            print_json({"batchId": batch_id, "people": counts, "stuck": stuck})
            return
        table = Table("Status", "People", box=None)
        for name, people in counts.items():
            table.add_row(name, str(people))
        table.add_row("Stuck", "?" if stuck is None else str(stuck))
        out.print(table)

    run(count())


@app.command(rich_help_panel=ROLLOUT, epilog=examples("mfa-rollout show ada@contoso.com"))
def show(who: Who) -> None:
    """Tell one person's story, step by step, with the reasons."""
    from rich.markup import escape

    from cli.temporal import connect_to_temporal
    from client.history import read_history
    from domain.plain_text import one_line

    async def tell() -> None:
        client = await connect_to_temporal()
        handle = await _enrolment(client, who)
        async for line in read_history(client, handle):
            # Words of other people: none may move the cursor or turn the line around.
            text = escape(one_line(line.text))
            out.print(f"{line.at:%d %b %Y %H:%M:%S}  {text}", soft_wrap=True)

    run(tell())


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout pause ada@contoso.com --reason "on leave until May"'),
)
def pause(who: Who, reason: Reason) -> None:
    """Send this person nothing until resumed."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.PAUSE, who, reason, EnrolmentWorkflow.pause, "Paused."))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resume ada@contoso.com --reason "back from leave"'),
)
def resume(who: Who, reason: Reason) -> None:
    """Go on with a paused person."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.RESUME, who, reason, EnrolmentWorkflow.resume, "Resumed."))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resend ada@contoso.com --reason "lost the mail"'),
)
def resend(who: Who, reason: Reason) -> None:
    """Send this person a new link at once."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(
        _ask(AuditAction.RESEND, who, reason, EnrolmentWorkflow.resend, "A new link is on its way.")
    )


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout cancel ada@contoso.com --reason "has left the company"'),
)
def cancel(who: Who, reason: Reason) -> None:
    """End this person's enrolment; their links are not recognised any more."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.CANCEL, who, reason, EnrolmentWorkflow.cancel, "Cancelled."))


async def _ask(action: "AuditAction", who: str, reason: str, update: "Update", done: str) -> None:
    """Ask a person's enrolment for something, and say that it is done."""
    import getpass

    from temporalio.client import WorkflowUpdateFailedError

    from cli.audit.audited import audited
    from cli.temporal import connect_to_temporal
    from client.enrolments import EnrolmentEndedError, ask_enrolment
    from domain.enrolment.messages import AdminRequest
    from domain.identifiers import object_id_of
    from temporal.failures import words_of

    client = await connect_to_temporal()
    handle = await _enrolment(client, who)
    request = AdminRequest(actor=getpass.getuser(), reason=reason)
    try:
        async with audited(action, reason=reason, person=object_id_of(handle.id)):
            await ask_enrolment(handle, update, request)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except EnrolmentEndedError:
        fail("This enrolment has ended.")
    out.print(done)


async def _enrolment(client: "Client", who: str) -> "EnrolmentHandle":
    from client.enrolments import find_enrolment

    handle = await find_enrolment(client, who)
    if handle is None:
        fail(f"Nobody called {who} is enrolled: check the spelling, or import them first.")
    return handle
