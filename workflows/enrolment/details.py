"""An enrolment in words, for whoever reads its history in the Temporal UI."""

from collections.abc import Sequence
from datetime import datetime

from domain.enrolment.state import Concern, EnrolmentResult, EnrolmentState, Outcome
from domain.markdown import escaped
from domain.tracking_list.columns import sentence


def details(state: EnrolmentState, waiting_for: str, refused: Sequence[str] = ()) -> str:
    """Return the state as a small Markdown table, names escaped, times in UTC.

    ``refused`` are the columns whose values the tracking list doesn't take.
    """
    person = state.person
    rows = [
        ("Person", person.display_name if person else None),
        ("User principal name", person.user_principal_name if person else None),
        ("Department", person.department if person else None),
        ("Status", state.status.value),
        ("MFA registration", state.registration.value),
        ("In the group", "yes" if state.in_group else "no"),
        ("Invited", _when(state.invite_sent_at)),
        ("First opened", _when(state.opened_at)),
        ("Clicked", _when(state.clicked_at)),
        ("Added to the group", _when(state.added_to_group_at)),
        ("Last reminder", _when(state.last_reminder_at)),
        ("Reminders / follow-ups", f"{state.reminders_sent} / {state.follow_ups_sent}"),
        ("Manager told", _when(state.escalated_at)),
        ("Registered", _when(state.registered_at)),
        ("Paused by", f"{state.paused.actor}: {state.paused.reason}" if state.paused else None),
        ("Cancelled by", _cancelled(state)),
        ("To be mended", None if _is_why_it_ended(state) else sentence(state.problem)),
        ("Why it has ended", _why_it_ended(state)),
        ("Refused by the tracking list", ", ".join(refused)),
        ("Waits for", waiting_for),
    ]
    shown = [f"| {name} | {escaped(value)} |" for name, value in rows if value]
    return "\n".join(["| | |", "|---|---|", *shown])


def result(state: EnrolmentState, outcome: Outcome) -> EnrolmentResult:
    """Return what stays of the enrolment once it is completed."""
    summaries = {
        Outcome.ACTIVE: f"MFA registration confirmed, first seen {_when(state.registered_at)}.",
        Outcome.GONE: "The user is no longer in the directory.",
        Outcome.DISABLED: "The account stayed disabled for too long.",
    }
    return EnrolmentResult(
        outcome=outcome,
        summary=summaries[outcome],
        registered_at=state.registered_at,
        reminders_sent=state.reminders_sent,
        follow_ups_sent=state.follow_ups_sent,
        escalated=state.escalated,
    )


def _is_why_it_ended(state: EnrolmentState) -> bool:
    return state.problem is not None and state.problem.concern is Concern.END


def _why_it_ended(state: EnrolmentState) -> str | None:
    """Return why it has ended by itself, about which nothing is to be done."""
    return sentence(state.problem) if _is_why_it_ended(state) and not state.cancelled else None


def _cancelled(state: EnrolmentState) -> str | None:
    return f"{state.cancelled.actor}: {state.cancelled.reason}" if state.cancelled else None


def _when(instant: datetime | None) -> str | None:
    return f"{instant:%d %b %Y %H:%M} UTC" if instant else None
