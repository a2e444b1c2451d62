"""What follows when the answer to a sending may have been lost."""

from datetime import timedelta

import pytest

from domain.enrolment.mail.delivery import SETTLES_WITHIN, Seen, Verdict, verdict
from tests.domain.enrolment.states import SECOND, START

SETTLED = timedelta(minutes=2)


@pytest.mark.parametrize("after", [timedelta(0), SETTLED - SECOND, SETTLED, timedelta(days=1)])
def test_a_mail_among_the_sent_items_left(after: timedelta) -> None:
    """Our key there proves it, however soon it is seen."""
    assert verdict(Seen.SENT, sending_at=START, now=START + after) is Verdict.SENT


@pytest.mark.parametrize("seen", [Seen.DRAFT, Seen.NOWHERE])
def test_for_two_minutes_nothing_proves_that_it_did_not_leave(seen: Seen) -> None:
    """A draft may be on its way, and the sent items may not be indexed yet."""
    assert SETTLES_WITHIN == SETTLED
    now = START + SETTLED - SECOND
    assert verdict(seen, sending_at=START, now=now) is Verdict.WAIT


@pytest.mark.parametrize(
    ("seen", "follows"),
    [(Seen.DRAFT, Verdict.SEND_THE_DRAFT), (Seen.NOWHERE, Verdict.UNCONFIRMED)],
)
def test_then_the_same_draft_is_sent_or_the_mail_is_unconfirmed(
    seen: Seen, follows: Verdict
) -> None:
    """There is never a second draft."""
    assert verdict(seen, sending_at=START, now=START + SETTLED) is follows
