"""Writes the people whom a filter finds into a file for spreadsheets."""

from dataclasses import replace
from pathlib import Path

from cli.audit.entry import audited
from cli.database import open_database
from cli.options import answer
from cli.output.new_file import new_file
from cli.people.list_run import check_names
from cli.terminal import ExitStatus, fail
from cli.views.run import opened
from client.exports.columns import CALLS, PEOPLE, in_days
from client.exports.people import Export, csv_parts, write_workbook
from database.enrolments.people import count_matching
from domain.tables.audit import AuditAction
from domain.tables.people import PeopleFilter, PeopleOrder
from domain.wording.counted import counted
from settings import demo_calendar

_CSV, _XLSX = ".csv", ".xlsx"


async def export_people(
    path: Path,
    wanted: PeopleFilter,
    order: PeopleOrder | None,
    *,
    view: str | None,
    descending: bool,
    calls: bool,
    as_json: bool,
) -> None:
    """Write the file, which only its owner may read; a file of this name is never replaced.

    Leaves with 2 for a batch or a department that nobody is in, and for another kind of file.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    kind = path.suffix.lower()
    if kind not in {_CSV, _XLSX}:
        fail(f"{path.name} is neither a {_CSV} nor a {_XLSX} file.", ExitStatus.USAGE)
    if view is not None:
        query, wanted = await opened(view, wanted)
        if order is None:
            order, descending = query.order, query.descending
    if calls:
        wanted = replace(wanted, escalated=True, has_ended=False)
    columns = in_days(CALLS if calls else PEOPLE, demo_calendar())
    export = Export(
        columns=columns,
        wanted=wanted,
        order=order or PeopleOrder.NAME,
        descending=descending,
        with_calls=calls,
    )
    async with open_database() as database:
        await check_names(database, wanted)
        async with database.reading() as connection:
            total = await count_matching(connection, wanted)
        people = counted(total, "person")
        async with audited(AuditAction.EXPORT, reason=f"{kind} file: {people}"):
            with new_file(path) as file:
                if kind == _XLSX:
                    await write_workbook(database, export, file)
                else:
                    async for part in csv_parts(database, export):
                        file.write(part)
    answer({"file": str(path), "people": total}, f"{people} written to {path}.", as_json=as_json)
