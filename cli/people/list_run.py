"""Lists the people whom a filter finds, from our tables."""

from sqlalchemy.ext.asyncio import AsyncConnection

from cli.database import open_database
from cli.output.tables import day, page_line, said, table
from cli.people.person_json import line_json
from cli.terminal import ExitStatus, fail, out, print_json
from cli.views.run import opened
from database.engine import Database
from database.enrolments.people import count_matching, read_people
from database.errors import UnknownBatch, UnknownDepartment
from database.figures.counts import count_people
from domain.plain_text import one_line
from domain.tables.people import PeopleFilter, PeopleOrder, PersonLine
from domain.wording.counted import counted

_WITHOUT = "Without this filter, all people are listed."


async def list_people(
    wanted: PeopleFilter,
    order: PeopleOrder | None,
    *,
    view: str | None,
    descending: bool,
    page: int,
    size: int,
    as_json: bool,
) -> None:
    """Print one page of the people whom a filter finds.

    Leaves with 2 for a batch or a department that nobody is in, and for a view that nobody has.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    if view is not None:
        query, wanted = await opened(view, wanted)
        if order is None:
            order, descending = query.order, query.descending
    order = order or PeopleOrder.NAME
    async with open_database() as database:
        await check_names(database, wanted)
        async with database.reading() as connection:
            total = await count_matching(connection, wanted)
            # The pages before are read, too: that is quick, and a number is easy to type.
            read = await read_people(
                connection, wanted, order=order, descending=descending, limit=page * size
            )
    people = read.people[(page - 1) * size :]
    if as_json:
        shown = [line_json(line) for line in people]
        print_json({"total": total, "page": page, "size": size, "people": shown})
        return
    _print(people)
    pages = max(1, -(-total // size))
    out.print(page_line(counted(total, "person"), page, pages), soft_wrap=True)


async def check_names(database: Database, wanted: PeopleFilter) -> None:
    """Leave with 2 for a batch, department, manager or language that nobody has."""
    try:
        async with database.reading() as connection:
            await count_people(connection, batch_id=wanted.batch_id)
            await count_people(connection, department=wanted.department)
            await _must_be_somebodys(
                connection, "manager", PeopleFilter(manager_upn=wanted.manager_upn)
            )
            await _must_be_somebodys(connection, "language", PeopleFilter(language=wanted.language))
            after = PeopleFilter(registered_after=wanted.registered_after)
            if after != PeopleFilter() and not await count_matching(connection, after):
                mail = one_line(wanted.registered_after or "")
                fail(f"Nobody has registered after the mail {mail}. {_WITHOUT}", ExitStatus.USAGE)
    except (UnknownBatch, UnknownDepartment) as unknown:
        fail(f"{unknown} {_WITHOUT}", ExitStatus.USAGE)


async def _must_be_somebodys(connection: AsyncConnection, name: str, wanted: PeopleFilter) -> None:
    if wanted != PeopleFilter() and not await count_matching(connection, wanted):
        value = one_line(wanted.manager_upn or wanted.language or "")
        fail(f"Nobody has the {name} {value}. {_WITHOUT}", ExitStatus.USAGE)


def _print(people: list[PersonLine]) -> None:
    if not people:
        return
    listed = table("Name", "User principal name", "Status", "Batch", "Next")
    for line in people:
        status = line.status.value if line.ended is None else f"{line.status.value}, ended"
        due = f" {day(line.due_at)}" if line.due_at is not None else ""
        step = f"{line.next_step.value}{due}" if line.next_step is not None else ""
        name, upn = said(line.display_name or ""), said(line.upn)
        listed.add_row(name, upn, status, said(line.batch_id), step)
    out.print(listed)
