"""The forecast that the overview shows: of the rollout as it stands, against the deadline."""

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import structlog

from api.portal.overview.series import Expected
from client.forecast.rollout import ForecastSettings, rollout_forecast
from domain.enrolment.policy import DAY
from domain.forecast.result import Forecast
from domain.forecast.sentences import forecast_lines

if TYPE_CHECKING:
    from api.portal.services import Portal

LONGEST_WAIT = 2.0

log = structlog.get_logger(__name__)


async def forecast_of(portal: "Portal", *, longest_wait: float = LONGEST_WAIT) -> Forecast | None:
    """Return the forecast, None where it would keep the page waiting or can't be made.

    For 100,000 people it takes seconds; it goes on meanwhile, and a later page has it. In a demo a
    day has no date of its own, so there is none.
    """
    if portal.config.policy.day != DAY:
        return None

    async def make() -> Forecast:
        async with portal.database.reading() as connection:
            return await rollout_forecast(connection, forecast_settings(portal), datetime.now(UTC))

    try:
        return await asyncio.wait_for(portal.forecast.read(make, old=True), longest_wait)
    except TimeoutError:
        return None
    except Exception:
        # Whatever it is, the page has all the rest.
        log.exception("the forecast could not be made")
        return None


def forecast_settings(portal: "Portal") -> ForecastSettings:
    """Return what a forecast needs besides the tables."""
    config = portal.config
    return ForecastSettings(
        pace=config.pace,
        senders=config.sender_mailboxes,
        policy=config.policy,
        deadline=config.deadline,
    )


def expected_of(forecast: Forecast | None) -> Expected | None:
    """Return the band of the plot."""
    if forecast is None:
        return None
    return Expected(
        first=forecast.days[0].date,
        low=tuple(day.registered_low for day in forecast.days),
        high=tuple(day.registered_high for day in forecast.days),
    )


def lines_of(forecast: Forecast | None) -> list[str]:
    """Return what the forecast says, a sentence a line."""
    return [] if forecast is None else forecast_lines(forecast, (), _shown)


def _shown(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
