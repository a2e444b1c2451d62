"""Shows the sender mailboxes and the mails that are planned, and tries a mailbox."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cli.audit.entry import audited
from cli.database import open_database
from cli.options import BATCHES_SHOWN, answer
from cli.output.tables import clock, day, said, table
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, fail, out, print_json
from client.mail.mailbox_json import (
    by_day,
    mailbox_json,
    planned_json,
    unused_mailbox_json,
)
from client.mail.mailboxes import Mailbox, read_mailboxes
from client.mail.probe_mailbox import probe_mailbox
from database.errors import UnknownBatch
from database.figures.counts import count_people
from database.figures.planned_mails import read_planned
from domain.identifiers import TASK_QUEUE
from domain.tables.audit import AuditAction
from settings import PolicySettings, demo_calendar, load_settings

NOT_CHOSEN = "not chosen yet"


async def list_mailboxes(*, as_json: bool) -> None:
    """Print each mailbox; those that were never used have no state yet.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    configured = load_settings(PolicySettings).sender_mailboxes
    async with open_database() as database, database.reading() as connection:
        known = await read_mailboxes(connection, configured, datetime.now(UTC))
    used = {one.sender.address for one in known}
    unused = [one for one in configured if one not in used]
    if as_json:
        print_json([*map(mailbox_json, known), *map(unused_mailbox_json, unused)])
        return
    listed = table("Mailbox", "State", "Since", "Left this minute, hour, day", "Last mail")
    listed.columns[0].no_wrap = True
    for one in known:
        left = (
            [f"{rest:,} of {limit:,}" for _, rest, limit in one.budget.left] if one.budget else []
        )
        listed.add_row(
            said(one.sender.address),
            said(one.state),
            day(one.sender.since),
            "\n".join(left),
            clock(one.last_sent_at) if one.last_sent_at else "never",
        )
    for address in unused:
        listed.add_row(said(address), "not used yet")
    out.print(listed)
    for one in known:
        for line in _remarks(one):
            out.print(f"{said(one.sender.address)}: {said(line)}", soft_wrap=True)


async def probe_one(mailbox: str, *, as_json: bool) -> None:
    """Let a worker send a test mail from a mailbox to itself.

    Raises:
        SettingsError: settings are wrong.
        TemporalRefused: Temporal can't be used.
    """
    configured = load_settings(PolicySettings).sender_mailboxes
    address = mailbox.strip().casefold()
    places = [place for place, one in enumerate(configured) if one.casefold() == address]
    if not places:
        named = ", ".join(configured) or "empty"
        fail(f"SENDER_MAILBOXES doesn't name {mailbox}: it is {named}.", ExitStatus.USAGE)
    client = await connect_to_temporal()
    async with audited(AuditAction.PROBE_MAILBOX, reason=configured[places[0]]):
        await probe_mailbox(client, places[0], task_queue=TASK_QUEUE)
    answer(
        {"mailbox": configured[places[0]], "probed": True},
        f"A worker sends a test mail from {configured[places[0]]} to itself now. The mailbox may "
        "send again when it arrives; that takes up to ten minutes. `mfa-rollout mail mailboxes` "
        "shows it.",
        as_json=as_json,
    )


async def show_planned(batch_id: str | None, *, as_json: bool) -> None:
    """Print the mails that are planned, the days of TIME_ZONE or of the demo.

    Leaves with 2 for a batch that nobody is in.

    Raises:
        SettingsError: settings are wrong.
        DatabaseError: the tables can't be read.
    """
    zone, now = ZoneInfo(load_settings(PolicySettings).time_zone), datetime.now(UTC)
    async with open_database() as database, database.reading() as connection:
        try:
            await count_people(connection, batch_id=batch_id)
        except UnknownBatch as unknown:
            fail(f"{unknown} {BATCHES_SHOWN}", ExitStatus.USAGE)
        planned = await read_planned(
            connection, now=now, zone=zone, batch_id=batch_id, calendar=demo_calendar()
        )
    if as_json:
        print_json(planned_json(planned))
        return
    if not planned.mailboxes and not planned.later:
        out.print("No mail is planned.")
        return
    listed = table("Day", "Mailbox", "Mails")
    for mailbox, number in planned.due.items():
        listed.add_row("due now", said(mailbox or NOT_CHOSEN), f"{number:,}")
    for (mailbox, one), number in sorted(planned.by_day.items(), key=by_day):
        listed.add_row(_day_name(one, planned.at, zone), said(mailbox or NOT_CHOSEN), f"{number:,}")
    if planned.later:
        listed.add_row("later", "", f"{planned.later:,}")
    out.print(listed)


def _day_name(one: date, now: datetime, zone: ZoneInfo) -> str:
    if (calendar := demo_calendar()) is None:
        return f"{one:%a %d %b}"
    return f"Day {calendar.number_of(one, now=now, today=now.astimezone(zone).date())}"


def _remarks(one: Mailbox) -> list[str]:
    """Return what an admin should know of a mailbox besides: what to do, pauses, probes."""
    found = [f"{one.why}."] if one.why else []
    if one.throttled_until is not None:
        found.append(f"Exchange asked for a pause until {clock(one.throttled_until)}.")
    if one.sender.probed_at is not None:
        found.append(f"Last probe {clock(one.sender.probed_at)}: {one.sender.probe_outcome}.")
    return found
