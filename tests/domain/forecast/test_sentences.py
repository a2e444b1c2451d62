"""The lines that tell a forecast."""

from dataclasses import replace
from datetime import date

import pytest

from domain.forecast.plan import Remedy, import_forecast
from domain.forecast.rates import Rates, RatesSource
from domain.forecast.sentences import forecast_lines, rates_line
from tests.domain.forecast.test_forecast import AT_ONCE, december, plan

HALF = replace(AT_ONCE, invitation=0.5, band=0.2, source=RatesSource.GIVEN)


def told(deadline: date | None, *remedies: Remedy, people: int = 400) -> list[str]:
    """Return the lines of a forecast for people of whom half register at once."""
    forecast = import_forecast(plan(people, deadline=deadline), HALF)
    return forecast_lines(forecast, remedies, date.isoformat)


@pytest.mark.wording
def test_a_forecast_is_told_in_lines() -> None:
    """Last invitation, busiest day, managers, shares, the deadline, what helps, the rates."""
    two = Remedy(more_mailboxes=2, days_earlier=4, more_registered=21.4)
    assert told(december(10), two) == [
        "Last invitation: 2026-12-01.",
        "Busiest day: 2026-12-01; mails from one mailbox: 400 of 675 that it may send.",
        "Managers who are told: 200 in all.",
        "50% are registered: 2026-12-02.",
        "90% are registered: not in this forecast.",
        (
            "Registered by the deadline, 2026-12-10: 200 of 400 (50%), between 160 and 240; "
            "expected to be missing: 200."
        ),
        (
            "With 2 more mailboxes: the last invitation leaves 4 days earlier, the number of "
            "people registered by the deadline grows by 21."
        ),
        (
            "Given: 50% register after the invitation, 0% after each reminder, 0% after the "
            "mail to the manager, 0% click and do not register."
        ),
    ]


@pytest.mark.wording
def test_other_situations_have_lines_of_their_own() -> None:
    """No deadline, one that has passed, other remedies, and rates by their origin."""
    assert "at the end of this forecast, 2027-01-27: 200 of 400 (50%)" in told(None)[5]
    assert told(date(2026, 1, 1))[5].startswith("The deadline, 2026-01-01, is before")
    one = Remedy(more_mailboxes=1, days_earlier=1)
    waves = Remedy(without_waves=True, days_earlier=2)
    assert told(None, one, waves)[6:8] == [
        "With 1 more mailbox: the last invitation leaves 1 day earlier.",
        "Without waves: the last invitation leaves 2 days earlier.",
    ]
    assert rates_line(Rates()).startswith("Assumed, not measured: 40%")
    assert rates_line(replace(Rates(), invitation=0.9)) == (
        "Assumed, not measured: 90% register after the "
        "invitation, 30% after reminder 1, 25% after reminder 2, 15% after each further "
        "reminder, 30% after the mail to the manager, 8% click and do not register."
    )
    assert rates_line(replace(Rates(), source=RatesSource.SEEN)).startswith("Seen so far: ")


@pytest.mark.wording
def test_nobody_to_invite_is_said() -> None:
    """Where no invitation leaves, or not all of them, the first line says that."""
    forecast = import_forecast(plan(400), HALF)
    none = replace(forecast, last_invitation_at=None)
    assert forecast_lines(none, (), date.isoformat)[0].endswith("there is none to send.")
    for few, ending in ((0.9, "2026-12-01."), (1, "1 not invited by then.")):
        some = replace(forecast, invitations_left=few)
        assert forecast_lines(some, (), date.isoformat)[0].endswith(ending)
    left = replace(forecast, invitations_left=1234)
    assert "1,234 not invited" in forecast_lines(left, (), date.isoformat)[0]
