"""The mailboxes that send."""

from datetime import UTC, datetime

import pytest

from domain.tables.mail import SenderState
from domain.tables.rollout import Sender


@pytest.mark.parametrize(
    ("state", "is_blocked"),
    [(SenderState.READY, False), (SenderState.PAUSED, True), (SenderState.STOPPED, True)],
)
def test_a_mailbox_that_may_not_send_is_blocked(state: SenderState, is_blocked: bool) -> None:
    """However long that will be."""
    at = datetime(2026, 11, 27, tzinfo=UTC)
    assert Sender(address="mfa@contoso.com", state=state, since=at).is_blocked is is_blocked
