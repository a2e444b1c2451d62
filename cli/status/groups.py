"""Counts the people of each batch or department, who registered after which mail, and by day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cli.database import open_database
from cli.options import BATCHES_SHOWN
from cli.output.tables import said, table
from cli.status.run import people_by_standing
from cli.terminal import ExitStatus, fail, out, print_json
from client.people.by_day import by_day_json, read_by_day
from database.errors import UnknownBatch
from database.figures.counts import (
    count_by_batch,
    count_by_department,
    count_people,
    count_registered_after,
)
from database.figures.overview import PLOTTED
from domain.mail.shown.names import mail_name, mail_order
from domain.status import InviteStatus
from domain.tables.people import PeopleCount
from settings import PolicySettings, demo_calendar, load_settings


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
                fail(f"{unknown} {BATCHES_SHOWN}", ExitStatus.USAGE)
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
                {"name": name, "total": counted.total, "people": people_by_standing(counted)}
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


async def show_days(*, as_json: bool) -> None:
    """Print what each of the last days brought; days without anything are left out of the table.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    settings, now, calendar = load_settings(PolicySettings), datetime.now(UTC), demo_calendar()
    async with open_database() as database, database.reading() as connection:
        found = await read_by_day(
            connection, time_zone=settings.time_zone, now=now, calendar=calendar
        )
    if as_json:
        print_json(by_day_json(found))
        return
    days = [(day, events) for day, events in found.days if any(events.values())]
    if not days:
        out.print("Nothing has happened in the last 13 weeks.")
        return
    today = now.astimezone(ZoneInfo(settings.time_zone)).date()
    shown = table("Day", *(kind.value.capitalize() for kind in PLOTTED))
    for column in shown.columns[1:]:
        column.justify = "right"
    for day, events in days:
        number = calendar and calendar.number_of(day, now=now, today=today)
        name = f"{day:%a %d %b}" if number is None else f"Day {number}"
        shown.add_row(name, *(f"{events[kind]:,}" for kind in PLOTTED))
    out.print(shown)
