"""Compares our tables with a Temporal whose database was restored, and tells the enrolments."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime

from rich.table import Table

from cli.audit.entry import audited
from cli.database import open_database
from cli.output.tables import said, table
from cli.temporal import connect_to_temporal
from cli.terminal import fail, out, print_json
from client.after_restore import Ahead, find_ahead, find_missing, tell
from client.people.rollout import read_rollout
from domain.tables.audit import AuditAction
from domain.tables.rollout import ProcessKind
from domain.wording.counted import counted

MOST_NAMED = 20


async def compare(*, apply: bool, as_json: bool) -> None:
    """Print what differs; with ``apply`` each enrolment is told what its person's row knows.

    Raises:
        DatabaseError: our tables can't be read.
        TemporalRefused: Temporal can't be used.
    """
    client = await connect_to_temporal()
    async with open_database() as database:
        async with database.reading() as connection:
            rollout = await read_rollout(connection, datetime.now(UTC))
        if ProcessKind.WORKER not in rollout.missing:
            fail(
                "A worker has reported itself within the last two minutes, and mail could leave. "
                "Stop all workers, and run this again after two minutes."
            )
        found, told = list[Ahead](), 0
        async with audited(AuditAction.AFTER_RESTORE, reason="--apply") if apply else nullcontext():
            async for ahead in find_ahead(client, database):
                found.append(ahead)
                if apply:
                    told += await tell(client, ahead)
        missing = await find_missing(client, database)
    if as_json:
        newer = [_as_json(ahead) for ahead in found]
        print_json({"newer": newer, "missing": missing, "told": told if apply else None})
        return
    if found:
        out.print(_table(found))
    out.print(f"{counted(len(found), 'person')} with rows that are newer than Temporal.")
    _print_missing(missing)
    if apply:
        out.print(
            f"{counted(told, 'enrolment')} told. Start the workers: the newer facts are kept."
        )
    elif found:
        out.print("Nothing was changed. `--apply` tells the enrolments; then start the workers.")


def _table(found: Sequence[Ahead]) -> Table:
    shown = table("Person", "Column", "Row says", "Temporal says")
    for ahead in found:
        name = ahead.row.upn
        for column, (row, workflow) in ahead.differences.items():
            shown.add_row(said(name), column, said(row), said(workflow))
            name = ""
    return shown


def _as_json(ahead: Ahead) -> dict[str, object]:
    return {
        "objectId": ahead.row.object_id,
        "upn": ahead.row.upn,
        "differences": {
            column: {"row": row, "temporal": workflow}
            for column, (row, workflow) in ahead.differences.items()
        },
    }


def _print_missing(missing: list[str]) -> None:
    if not missing:
        return
    names = ", ".join(said(upn) for upn in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    out.print(
        f"{counted(len(missing), 'person')} without an enrolment in Temporal: {names}{more}. "
        "Import them again; their rows are adopted.",
        soft_wrap=True,
    )
