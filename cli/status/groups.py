"""Counts the people of each batch or department, and who registered after which mail."""

from cli.database import open_database
from cli.people.tables import said, table
from cli.status.run import people_by_name
from cli.terminal import ExitStatus, fail, out, print_json
from database.errors import UnknownBatch
from database.figures.counts import (
    count_by_batch,
    count_by_department,
    count_people,
    count_registered_after,
)
from domain.enrolment.status import InviteStatus
from domain.standing.registered_after import mail_name, mail_order
from domain.tables.people import PeopleCount


async def show_groups(by: str, *, batch_id: str | None, as_json: bool) -> None:
    """Print how many people of each group stand where.

    Leaves with 2 for a batch that nobody is in.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    async with open_database() as database, database.reading() as connection:
        if batch_id is not None:
            try:
                await count_people(connection, batch_id=batch_id)
            except UnknownBatch as unknown:
                fail(str(unknown), ExitStatus.USAGE)
        groups: dict[str | None, PeopleCount] = {}
        if by == "department":
            groups.update(await count_by_department(connection, batch_id=batch_id))
        else:
            batches = await count_by_batch(connection)
            groups.update({name: batches[name] for name in batches if batch_id in {None, name}})
    named = sorted(groups.items(), key=lambda one: (one[0] is None, one[0] or ""))
    if as_json:
        print_json(
            [
                {"name": name, "total": counted.total, "people": people_by_name(counted)}
                for name, counted in named
            ]
        )
        return
    shown = table(by.capitalize(), *InviteStatus, "Others", "People")
    for column in shown.columns[1:]:
        column.justify = "right"
    for name, counted in named:
        numbers = [*counted.on_the_way.values(), sum(counted.other_ends.values()), counted.total]
        shown.add_row(said(name or "(none)"), *(f"{number:,}" for number in numbers))
    out.print(shown)
    if any(sum(counted.other_ends.values()) for _, counted in named):
        out.print("Others: cancelled, failed, or ended otherwise.", soft_wrap=True)


async def show_mails(*, as_json: bool) -> None:
    """Print how many people registered after each mail: which ones worked.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    async with open_database() as database, database.reading() as connection:
        counts = await count_registered_after(connection)
    named = sorted(counts.items(), key=lambda one: mail_order(one[0]))
    if as_json:
        print_json([{"mail": mail, "registered": number} for mail, number in named])
        return
    if not named:
        out.print("Nobody has registered after a mail yet.")
        return
    shown = table("After", "Registered")
    for mail, number in named:
        shown.add_row(said(mail_name(mail)), f"{number:,}")
    out.print(shown)
