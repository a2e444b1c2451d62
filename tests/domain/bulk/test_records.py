"""What a request about many people means for one person, for the log, and for its counts."""

from datetime import UTC, datetime

import pytest

from domain.bulk.records import (
    AUDITED_AS,
    UPDATES,
    OutcomeCount,
    PersonOutcome,
    RequestAction,
    RequestRecord,
)
from domain.enrolment.messages import Update
from domain.tables.audit import AuditAction
from domain.tables.rollout import RequestState


@pytest.mark.parametrize(
    ("action", "update", "audited_as"),
    [
        (RequestAction.PAUSE, Update.PAUSE, AuditAction.BULK_PAUSE),
        (RequestAction.RESUME, Update.RESUME, AuditAction.BULK_RESUME),
        (RequestAction.RESEND, Update.RESEND, AuditAction.BULK_RESEND),
        (RequestAction.RETRY, Update.RETRY, AuditAction.BULK_RETRY),
        (RequestAction.CANCEL, Update.CANCEL, AuditAction.BULK_CANCEL),
        (RequestAction.ADD_TO_GROUP, None, AuditAction.ADD_TO_GROUP),
        (RequestAction.UNDO_IMPORT, None, AuditAction.UNDO_IMPORT),
    ],
)
def test_an_action_is_asked_and_logged_under_its_name(
    action: RequestAction, update: Update | None, audited_as: AuditAction
) -> None:
    """Each action is one update of an enrolment, and one action of the audit log."""
    assert (UPDATES.get(action), AUDITED_AS[action]) == (update, audited_as)


def test_a_request_counts_its_people() -> None:
    """Reasons are added up, and who has no outcome is waiting."""
    counts = [
        OutcomeCount(outcome=PersonOutcome.REFUSED, reason="a", people=2),
        OutcomeCount(outcome=PersonOutcome.REFUSED, reason="b", people=3),
        OutcomeCount(outcome=None, reason=None, people=4),
    ]
    record = RequestRecord(
        request_id="r",
        action="pause",
        actor="grace",
        reason=None,
        selection={},
        state=RequestState.RUNNING,
        requested_at=datetime(2026, 3, 2, tzinfo=UTC),
        counts=counts,
    )
    waiting, refused = record.with_outcome(None), record.with_outcome(PersonOutcome.REFUSED)
    assert (record.people, waiting, refused) == (9, 4, 5)


def test_a_request_that_has_ended_stays_so() -> None:
    """Done, stopped and failed are final; pending and running are not."""
    final = {state for state in RequestState if state.is_final}
    assert final == {RequestState.DONE, RequestState.STOPPED, RequestState.FAILED}
