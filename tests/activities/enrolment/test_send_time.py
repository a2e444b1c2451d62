"""What a worker answers about send windows."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.enrolment.send_time import SendTimeInput, SendWindowActivities
from domain.enrolment.mail.send_times import Question
from domain.enrolment.policy import Policy
from domain.mail.send_window import SendWindow
from tests.activities.attempts import Attempts, assert_permanent

ADA = "11111111-2222-4333-8444-555500000000"
OFFICE = SendWindow(
    opens=time(9), closes=time(17), days=("Mon", "Tue", "Wed", "Thu", "Fri"), time_zone="UTC"
)
FRIDAY = datetime(2026, 12, 4, 18, tzinfo=UTC)


def asked(question: Question, window: SendWindow = OFFICE) -> SendTimeInput:
    """Ask about Friday evening."""
    policy = Policy(window=window)
    return SendTimeInput(question=question, at=FRIDAY, object_id=ADA, policy=policy)


async def test_an_opening_and_the_end_of_a_grace() -> None:
    """A mail that is due on Friday evening leaves on Monday; its day of grace ends then, too."""
    send_time = Attempts(SendWindowActivities().send_time)
    opening = await send_time.next(asked(Question.OPENING))
    assert opening == datetime(2026, 12, 7, 9, tzinfo=UTC)
    end = await send_time.next(asked(Question.GRACE_END))
    assert end == datetime(2026, 12, 7, 18, tzinfo=UTC)


async def test_an_unknown_zone_names_the_remedy() -> None:
    """The worker lacks the zone: that is for somebody to fix, and nothing is sent meanwhile."""
    window = replace(OFFICE, time_zone="Mars/Olympus")
    with pytest.raises(ApplicationError, match="tzdata") as raised:
        await Attempts(SendWindowActivities().send_time).next(asked(Question.OPENING, window))
    assert_permanent(raised.value, "PermanentFailure")


@pytest.mark.parametrize("question", list(Question))
async def test_a_window_that_never_opens_names_the_remedy(question: Question) -> None:
    """All days of a year are closed: no answer is made up."""
    days = tuple(date(2026, 12, 1) + timedelta(days=day) for day in range(400))
    with pytest.raises(ApplicationError, match="NO_SEND_DATES") as raised:
        await Attempts(SendWindowActivities().send_time).next(
            asked(question, replace(OFFICE, closed_dates=days))
        )
    assert_permanent(raised.value, "PermanentFailure")
