"""Rates that people of a rollout show, beside what is assumed."""

from dataclasses import replace
from typing import Any

import pytest

from domain.enrolment.policy import DAY, Policy
from domain.forecast.rates import Rates, RatesSource
from domain.forecast.seen_rates import ASSUMED_PEOPLE, LEAST_PEOPLE, SeenGroup, seen_rates

POLICY = Policy()
# With none that count for them, shares are exactly those seen.
ASSUMED = Rates(delays=(0.5, 0.5))


def group(people: int, **values: Any) -> SeenGroup:
    """Return people who were invited long ago and have not registered."""
    usual: dict[str, Any] = {"registered": False, "nudges": 0, "escalated": False}
    return SeenGroup(people=people, **{**usual, **values})


def blended(registered: float, exposed: float, assumed: float) -> float:
    """Return a share beside what is assumed, as a share of 20 people."""
    return (registered + 20 * assumed) / (exposed + 20)


def test_few_people_show_nothing() -> None:
    """Below 30 people who had time to act, rates are the assumed ones."""
    assert (ASSUMED_PEOPLE, LEAST_PEOPLE) == (20, 30)
    assert seen_rates([], POLICY, ASSUMED) == ASSUMED
    assert seen_rates([group(29)], POLICY, ASSUMED) == ASSUMED
    assert seen_rates([group(30)], POLICY, ASSUMED).source is RatesSource.SEEN
    # 59 people half of whose time has passed are as many as 29.5 whose time is over.
    assert seen_rates([group(59, days=1.0)], POLICY, ASSUMED) == ASSUMED


def test_each_mail_counts_those_who_had_it() -> None:
    """400 of 1,000 registered after the invitation, 150 of 600 after the first reminder."""
    seen = seen_rates(
        [
            group(400, registered=True),
            group(150, registered=True, nudges=1),
            group(100, registered=True, nudges=4),
            group(350, nudges=4),
        ],
        replace(POLICY, escalate_after=9),
        ASSUMED,
    )
    assert seen.invitation == pytest.approx(blended(400, 1000, 0.4))
    assert seen.reminders == pytest.approx(
        (
            blended(150, 600, 0.3),
            blended(0, 450, 0.25),
            # The third and the fourth reminder are counted together.
            blended(100, 450 + 450, 0.15),
        )
    )
    assert seen.escalation == ASSUMED.escalation


def test_people_count_for_the_time_that_they_had() -> None:
    """100 people who were invited a day ago had half of the time to act."""
    seen = seen_rates([group(100, days=1.0), group(50, registered=True)], POLICY, ASSUMED)
    assert seen.invitation == pytest.approx(blended(50, 100, 0.4))


def test_the_reminder_before_the_manager_has_a_day() -> None:
    """Who was escalated a day after the second reminder had half of the time for that."""
    escalated = group(100, nudges=2, escalated=True)
    by_manager = group(60, registered=True, nudges=2, escalated=True)
    after_more = group(40, registered=True, nudges=3, escalated=True)
    seen = seen_rates([escalated, by_manager, after_more], POLICY, ASSUMED)
    assert seen.reminders[1] == pytest.approx(blended(0, 200 / 2, 0.25))
    assert seen.escalation == pytest.approx(blended(60, 200, 0.3))
    assert seen.reminders[2] == pytest.approx(blended(40, 40, 0.15))
    longer = replace(POLICY, escalation_grace=2 * DAY)
    assert seen_rates([escalated], longer, ASSUMED).reminders[1] == pytest.approx(
        blended(0, 100, 0.25)
    )


def test_clicks_without_registration_are_counted_by_mail() -> None:
    """Of 100 people with one reminder each, 200 mails, 30 only clicked."""
    seen = seen_rates(
        [group(70, nudges=1), group(30, nudges=1, clicked_only=True)], POLICY, ASSUMED
    )
    assert seen.clicks_only == pytest.approx((30 + 20 * 0.08) / (200 + 20))


def test_delays_are_seen_where_all_had_time() -> None:
    """A mail of yesterday says nothing: those who act late are still missing."""
    seen = seen_rates(
        [
            group(60, registered=True, acted_after=0),
            group(20, registered=True, acted_after=9),
            group(500, registered=True, acted_after=0, settled=False),
            group(100, registered=True),
        ],
        POLICY,
        ASSUMED,
    )
    assert seen.delays == pytest.approx((70 / 100, 30 / 100))


@pytest.mark.parametrize(
    ("people", "band"), [(40, 0.25), (480, 1.96 * (0.6 / (0.4 * 500)) ** 0.5), (100_000, 0.05)]
)
def test_the_band_narrows_with_experience(people: int, band: float) -> None:
    """Two standard deviations of the invitation's share, between 5 % and what is assumed."""
    share = round(people * 0.4)
    seen = seen_rates([group(people - share), group(share, registered=True)], POLICY, ASSUMED)
    assert seen.band == pytest.approx(band)
    nobody = replace(ASSUMED, invitation=0)
    assert seen_rates([group(people)], POLICY, nobody).band == nobody.band
