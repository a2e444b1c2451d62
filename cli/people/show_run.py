"""Tells all about one person: from our tables, or from the history that Temporal keeps."""

from datetime import UTC, datetime

from cli.database import open_database
from cli.find_person import enrolment_of, not_enrolled, only_one, people_called
from cli.output.tables import clock, column_value, said, table
from cli.people.person_json import person_json
from cli.temporal import configured_names, configured_target, connect_to_temporal
from cli.terminal import fail, out, print_json
from client.people.own_options import OwnOptions, read_own_options
from client.people.standing import PersonStatus, read_standing
from client.story.history import read_history
from database.enrolments.contact import read_call_entries
from database.errors import DatabaseError
from domain.identifiers import enrolment_workflow_id
from domain.instants import EPOCH, MICROSECOND
from domain.mail.shown.names import mail_name
from domain.portal.call_list import NO_CALLS, CallEntry
from domain.standing.attention import to_do
from domain.standing.sentences import (
    is_told,
    mail_outcome,
    next_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.texts import ATTENTION, MAIL_STATES
from domain.standing.why_not_sooner import HoldReason
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.sending import SendingPolicy
from settings import PolicySettings, load_settings

# Whoever has the token is the person.
_SECRET = frozenset({"TrackingToken"})


async def show_person(who: str, *, as_json: bool) -> None:
    """Print all that our tables hold about a person; Temporal isn't asked.

    Raises:
        SettingsError: settings are wrong.
    """
    settings = load_settings(PolicySettings)
    policy = SendingPolicy(window=settings.window, per_day=settings.mail_per_day)
    try:
        async with open_database() as database:
            person = only_one(who, await people_called(database, who))
            if person is None:
                fail(not_enrolled(who))
            async with database.reading() as connection:
                now = datetime.now(UTC)
                standing = await read_standing(connection, person.object_id, policy, now)
                calls = await read_call_entries(connection, [person.object_id])
                own = None
                if standing is not None:
                    row = standing.page.row
                    own = await read_own_options(connection, row, settings.time_zone)
    except DatabaseError as failure:
        fail(f"{failure} `mfa-rollout show {who} --history` asks Temporal instead.")
    if standing is None or own is None:
        fail(f"{who} was erased just now.")
    call, page = calls.get(person.object_id, NO_CALLS), _page_in(settings.temporal_ui, standing)
    if as_json:
        print_json(person_json(standing, call, own, temporal_ui=page))
    else:
        _print(standing, call, own, page)


async def show_history(who: str) -> None:
    """Print the story as the history in Temporal tells it, step by step.

    Raises:
        TemporalRefused: Temporal can't be used.
    """
    client = await connect_to_temporal()
    handle = await enrolment_of(client, who)
    async for line in read_history(client, handle):
        out.print(f"{clock(line.at)}  {said(line.text)}", soft_wrap=True)


def _print(standing: PersonStatus, call: CallEntry, own: OwnOptions, ui: str | None) -> None:
    row = standing.page.row
    out.print(f"[bold]{said(row.display_name or row.upn)}[/]  {said(row.upn)}", soft_wrap=True)
    _print_fact("Status", standing_sentence(row, clock))
    if row.problem is not None:
        since = f" (since {clock(row.problem_since)})" if row.problem_since else ""
        _print_fact("Problem", row.problem + since)
    for kind in standing.attention:
        advice = to_do(kind, standing.attention_rules)
        _print_fact("Attention", f"{ATTENTION[kind]}. {advice}")
    _print_fact("Next", next_sentence(row, standing.holds, clock))
    for hold in standing.holds:
        if hold.reason is not HoldReason.ENDED:
            _print_fact("Why not sooner", why_sentence(hold, clock))
    for name, value in (
        ("Batch", row.batch_id),
        ("Mailed", own.hours),
        ("Sent from", ", ".join(own.mailboxes or ())),
        ("Telephone", call.phone),
        ("Manager", ", ".join(filter(None, (row.manager_upn, call.manager_phone)))),
    ):
        if value:
            _print_fact(name, value)
    out.print("\n[bold]Story[/]")
    for event in filter(is_told, standing.page.story):
        out.print(f"{clock(event.at)}  {said(story_sentence(event))}", soft_wrap=True)
    if standing.page.mails:
        out.print("\n[bold]Mails[/]")
        _print_mails(standing)
    out.print("\n[bold]Other systems[/]")
    _print_list(row)
    _print_fact("ObjectId", row.object_id)
    _print_fact("Temporal", f"workflow {enrolment_workflow_id(row.object_id)}")
    if ui is not None:
        _print_fact("Temporal UI", ui)
    _print_fact("Temporal query", configured_names().shown_condition(row.upn))


def _page_in(ui: str | None, standing: PersonStatus) -> str | None:
    """Return the page of the person's workflow in the Temporal UI, the newest run of it.

    An address or a name in it would stay in the browser's history.
    """
    if ui is None:
        return None
    workflow_id = enrolment_workflow_id(standing.page.row.object_id)
    path = f"namespaces/{configured_target().namespace}/workflows/{workflow_id}"
    return f"{ui.rstrip('/')}/{path}"


def _print_fact(name: str, value: str) -> None:
    out.print(f"{name + ':':<16}{said(value)}", soft_wrap=True)


def _print_mails(standing: PersonStatus) -> None:
    listed = table("No", "Prepared", "Mail", "State", "Outcome")
    for number, mail in enumerate(standing.page.mails, start=1):
        outcome, prepared = said(mail_outcome(mail.outcome)), clock(mail.reserved_at)
        name = mail_name(mail.kind.value)
        listed.add_row(str(number), prepared, name, MAIL_STATES[mail.state], outcome)
    out.print(listed)


def _print_list(row: EnrolmentRecord) -> None:
    """Print what the tracking list was given last: the revision is the instant of the write."""
    if row.item_id is None and not row.written:
        _print_fact("Tracking list", "nothing written yet")
        return
    written_at = clock(EPOCH + row.revision * MICROSECOND)
    _print_fact("Tracking list", f"item {row.item_id or 'not known yet'}, written {written_at}")
    columns = {name: value for name, value in row.written.items() if name not in _SECRET}
    told = ", ".join(
        f"{name}={column_value(value)}"
        for name, value in columns.items()
        if value not in {None, ""}
    )
    _print_fact("Columns", told)
    for name, since in row.refused.items():
        at = clock(datetime.fromisoformat(since))
        _print_fact("Refused", f"{name}, since {at}; run `mfa-rollout provision`")
