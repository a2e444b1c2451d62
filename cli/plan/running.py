"""Plays the rollout forward that runs, alone or together with an import that is about to start."""

from datetime import date, datetime

from cli.database import open_database
from cli.terminal import ExitStatus, fail
from client.forecast.rollout import (
    ForecastSettings,
    NewImport,
    rollout_forecast,
    rollout_forecast_with_import,
)
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from settings import PlanSettings, demo_calendar


async def running_forecast(
    settings: PlanSettings,
    new: NewImport | None,
    *,
    assumed: Rates,
    deadline: date | None,
    now: datetime,
) -> Forecast:
    """Return the forecast of everybody in our tables, and of ``new`` where there is one.

    Raises:
        DatabaseError: the tables can't be read.
    """
    if demo_calendar() is not None:
        fail("--running: the overview of the demo's portal has this forecast.", ExitStatus.USAGE)
    asked = ForecastSettings(
        pace=settings.pace,
        senders=settings.sender_mailboxes,
        policy=settings.policy,
        deadline=deadline,
        assumed=assumed,
    )
    async with open_database() as database:
        if new is None:
            return await rollout_forecast(database, asked, now)
        return await rollout_forecast_with_import(database, asked, new, now)
