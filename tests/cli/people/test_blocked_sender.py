"""What `status` and `attention` say of a sender mailbox that may not send."""

from datetime import timedelta

import pytest

from cli.status.rollout_lines import rollout_lines
from client.doctor.sender_checks import EVERY
from client.people.rollout import Rollout
from client.people.rollout_json import rollout_json
from domain.doctor.checks import Check, Fault, found
from domain.mail.returned.blocked_sender import remedy
from domain.tables.mail import SenderState
from domain.tables.rollout import Sender
from tests.cli.people.conftest import WHEN
from tests.database.values import MAILBOX


def test_a_blocked_mailbox_is_told_with_its_remedy() -> None:
    """One line names the mailbox, since when and what to do; JSON has the code."""
    blocked = Sender(address=MAILBOX, state=SenderState.STOPPED, since=WHEN, reason="5.1.8")
    rollout = Rollout(
        control=None, seen_at={}, missing=frozenset(), rebuild_since=None, blocked=(blocked,)
    )
    (line,) = rollout_lines(rollout)
    assert MAILBOX in line
    assert remedy("5.1.8").partition("*")[0] in line
    assert "5.1.8" in line
    (told,) = rollout_json(rollout)["blockedSenders"]
    assert (told["address"], told["state"], told["reason"]) == (MAILBOX, "stopped", "5.1.8")


@pytest.mark.wording
def test_what_a_worker_has_found_is_not_taken_for_new() -> None:
    """Doctor may find it solved, since it looks by itself."""
    fault = found(Check.SENDER, Fault.MAILBOX_NOT_GRANTED, MAILBOX, role="Mail.Send")
    rollout = Rollout(
        control=None,
        seen_at={},
        missing=frozenset(),
        rebuild_since=None,
        blocked=(),
        faults=(fault,),
    )
    (line,) = rollout_lines(rollout)
    hourly = "A worker looks once an hour; `mfa-rollout doctor` looks now"
    assert (hourly in line, EVERY) == (True, timedelta(hours=1))
