"""An enrolment as the Temporal UI shows it: details in words, and search attributes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.messages import AdminRequest
    from domain.enrolment.state import EnrolmentInput, EnrolmentResult, EnrolmentState
    from domain.status import Concern, EnrolmentEnd
    from domain.tracking_list.columns import sentence
    from domain.wording.markdown import escaped
    from temporal.encryption.names import is_hashed
    from temporal.search_attributes import USER_PRINCIPAL_NAME, search_attributes
    from workflows.enrolment.texts import LABELS, RESULTS, VALUES


class Visibility:
    """Keeps details and search attributes as the state is; what hasn't changed adds no event."""

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin with the search attributes that the enrolment was started with."""
        self._input = input
        # Who starts an enrolment names them already.
        started_with = workflow.info().typed_search_attributes
        self._shown = list(started_with)
        # It was hidden by whoever started the enrolment; workflow code has no key to hash with.
        upn = started_with.get(USER_PRINCIPAL_NAME)
        self._hidden_upn = upn if upn is not None and is_hashed(upn) else None
        # What the attributes are made of, when they were made last.
        self._facts: tuple[object, ...] | None = None

    def show(self, state: EnrolmentState, next_step: str, refused: Iterable[str]) -> None:
        """Show the state, and what happens next.

        ``refused`` are the columns whose values the tracking list doesn't take.
        """
        workflow.set_current_details(details(state, next_step, tuple(refused)))
        self._show_search_attributes(state)

    def hide_name(self, hidden_upn: str | None, state: EnrolmentState) -> None:
        """Let this stand for the name from now on, as a worker says that has the key."""
        if hidden_upn not in {None, self._hidden_upn}:
            self._hidden_upn = hidden_upn
            self._show_search_attributes(state)

    def _show_search_attributes(self, state: EnrolmentState) -> None:
        facts = (self._hidden_upn, state.person, state.status, state.registration)
        if facts == self._facts:
            return
        self._facts = facts
        wanted = list(search_attributes(self._input, state, hidden_upn=self._hidden_upn))
        updates = [pair.key.value_set(pair.value) for pair in wanted if pair not in self._shown]
        if updates:
            self._shown = wanted
            workflow.upsert_search_attributes(updates)


def details(state: EnrolmentState, next_step: str, refused: Sequence[str] = ()) -> str:
    """Return the state as a small Markdown table, names escaped, times in UTC.

    ``next_step`` says what happens next. ``refused`` are the columns whose values the tracking list
    doesn't take.
    """
    person = state.person
    rows = {
        "person": person.display_name if person else None,
        "user-principal-name": person.user_principal_name if person else None,
        "department": person.department if person else None,
        "status": state.status.value,
        "registration": state.registration.value,
        "in-group": VALUES["yes" if state.in_group else "no"],
        "invited": _when(state.invite_sent_at),
        "opened": _when(state.opened_at),
        "clicked": _when(state.clicked_at),
        "added-to-group": _when(state.added_to_group_at),
        "reminded": _when(state.last_reminder_at),
        "nudges": f"{state.reminders_sent} / {state.follow_ups_sent}",
        "escalated": _when(state.escalated_at),
        "registered": _when(state.registered_at),
        "paused": _asked(state.paused),
        "cancelled": _asked(state.cancelled),
        "problem": None if _is_why_it_ended(state) else sentence(state.problem),
        "ended": _why_it_ended(state),
        "refused": ", ".join(refused),
        "next": next_step,
    }
    shown = [f"| {LABELS[name]} | {escaped(value)} |" for name, value in rows.items() if value]
    return "\n".join(["| | |", "|---|---|", *shown])


def result(state: EnrolmentState, outcome: EnrolmentEnd) -> EnrolmentResult:
    """Return what stays of the enrolment once it is completed."""
    return EnrolmentResult(
        outcome=outcome,
        summary=RESULTS[outcome].format(registered=_when(state.registered_at)),
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


def _asked(request: AdminRequest | None) -> str | None:
    if request is None:
        return None
    return VALUES["who-and-why"].format(actor=request.actor, reason=request.reason)


def _when(instant: datetime | None) -> str | None:
    return f"{instant:%d %b %Y %H:%M} UTC" if instant else None
