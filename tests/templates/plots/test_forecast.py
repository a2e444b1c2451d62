"""The plots of a forecast show its days."""

from dataclasses import replace
from datetime import date

import pytest

from domain.forecast.plan import import_forecast
from domain.forecast.rates import Rates
from templates.plots.forecast import mails_plot, registered_plot
from tests.domain.forecast.test_forecast import NOBODY, december, plan


def test_registrations_have_a_band_and_a_deadline() -> None:
    """Each day has its number and its band, and the rule stands at the deadline's day."""
    forecast = import_forecast(plan(200, deadline=december(11)), Rates())
    plot = registered_plot(forecast)
    assert plot.labels[:2] == ("1 Dec", "2 Dec")
    assert plot.series[0].values == pytest.approx(
        [day.registered for day in forecast.days], abs=0.1
    )
    assert plot.band is not None
    assert plot.band.low[-1] == pytest.approx(forecast.days[-1].registered_low, abs=0.1)
    assert plot.band.high[-1] == pytest.approx(forecast.days[-1].registered_high, abs=0.1)
    assert plot.rule is not None
    assert plot.rule.at == 10
    assert registered_plot(replace(forecast, deadline=None)).rule is None
    assert registered_plot(replace(forecast, deadline=date(2020, 1, 1))).rule is None


def test_mails_end_two_weeks_after_the_last_invitation() -> None:
    """Invitations, reminders and mails to managers are stacked, day by day."""
    plot = mails_plot(import_forecast(plan(500), NOBODY))
    assert len(plot.labels) == 2 + 14
    invitations, reminders, managers = (one.values for one in plot.series)
    assert invitations[:3] == (450, 50, 0)
    assert reminders[7:9] == (450, 50)
    assert managers[15] == 450
