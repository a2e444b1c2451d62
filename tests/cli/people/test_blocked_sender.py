"""What `status` and `attention` say of a sender mailbox that may not send."""

from cli.status.rollout_lines import rollout_lines
from client.people.rollout import Rollout
from client.people.rollout_json import rollout_json
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
