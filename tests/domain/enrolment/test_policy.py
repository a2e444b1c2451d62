"""The numbers: what the journey says they are, and what nobody may set."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment.policy import Policy
from tests.domain.enrolment.states import DAY, HOUR, MINUTE


def test_defaults_are_those_of_the_journey() -> None:
    """Seven days, two mails, 24 hours, 48 hours, 15 minutes, 3 and 10, 12 hours, 90 days."""
    policy = Policy()
    assert policy.reminder_interval == 168 * HOUR
    assert (policy.max_reminders, policy.follow_up) == (8, True)
    assert (policy.escalate_after, policy.escalation_grace) == (2, DAY)
    assert policy.escalation_retry == 7 * DAY
    assert policy.resend_put_off == 48 * HOUR
    limits = (policy.resend_gap, policy.resends_per_day, policy.resends_per_month)
    assert limits == (15 * MINUTE, 3, 10)
    assert (policy.poll_interval, policy.poll_jitter) == (12 * HOUR, 0.2)
    assert policy.polls_after_click == tuple(n * MINUTE for n in (3, 10, 30, 60))
    assert (policy.last_checked_interval, policy.end_disabled_after) == (6 * HOUR, 90 * DAY)
    assert policy.add_registered_users
    assert (policy.retry_blocked, policy.window_recheck) == (HOUR, MINUTE)
    assert (policy.person_recheck, policy.disabled_recheck) == (18 * HOUR, DAY)
    assert (policy.gone_after, policy.day, policy.month) == (DAY, DAY, 30 * DAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reminder_interval": timedelta(0)},
        {"poll_interval": timedelta(0)},
        {"retry_blocked": timedelta(0)},
        {"disabled_recheck": timedelta(0)},
        {"escalation_retry": timedelta(0)},
        {"day": timedelta(0)},
        {"month": timedelta(0)},
        {"window_recheck": timedelta(0)},
        {"reminder_interval": -DAY},
        {"gone_after": 3651 * DAY},
        {"resend_gap": -3651 * DAY},
        {"escalate_after": 0},
        {"poll_jitter": 1},
        {"poll_jitter": -0.1},
    ],
)
def test_refuses_what_would_spin(wrong: dict[str, Any]) -> None:
    """A wait of nothing would make an enrolment spin; the message names the setting."""
    (name,) = wrong
    with pytest.raises(ValueError, match=rf"^{name} must be (longer|at most ten years$|at least)"):
        replace(Policy(), **wrong)


@pytest.mark.parametrize(
    "right",
    [
        {"reminder_interval": timedelta(microseconds=1)},
        {"gone_after": 3650 * DAY},
        {"escalate_after": 1},
        {"poll_jitter": 0},
        {"poll_jitter": 0.99},
    ],
)
def test_takes_what_is_just_within_its_bounds(right: dict[str, Any]) -> None:
    """The bounds themselves are numbers like others."""
    ((name, value),) = right.items()
    assert getattr(replace(Policy(), **right), name) == value


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=1)))
def test_sped_up_shrinks_every_duration_alike(day: timedelta) -> None:
    """In a world of short days all proportions are the same, and the counts stay.

    Send windows are of the clock on the wall, so what belongs to them stays, too.
    """
    policy, fast = Policy(), Policy().sped_up(day)
    assert fast.day == day
    factor = day / DAY
    for field in fields(Policy):
        was, now = getattr(policy, field.name), getattr(fast, field.name)
        if isinstance(was, timedelta) and field.name != "window_recheck":
            assert abs(now - was * factor) <= timedelta(microseconds=1), field.name
        elif field.name != "polls_after_click":
            assert now == was, field.name
    assert fast.polls_after_click[-1] == HOUR * factor


def test_sped_up_twice_is_sped_up_once() -> None:
    """The length of a day is absolute: it doesn't matter how long it was before."""
    policy = Policy().sped_up(timedelta(minutes=2))
    assert policy.sped_up(timedelta(seconds=30)) == Policy().sped_up(timedelta(seconds=30))


def test_day_of_nothing_is_refused() -> None:
    """A demo can't run at infinite speed."""
    with pytest.raises(ValueError, match="longer than nothing"):
        Policy().sped_up(timedelta(0))
