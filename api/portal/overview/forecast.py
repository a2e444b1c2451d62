"""Plays the running rollout forward for the overview."""

from datetime import UTC, datetime

import structlog

from api.portal.overview.outlook import Outlook
from api.portal.overview.series import Expected
from api.portal.services import Portal
from client.forecast.rollout import ForecastSettings, rollout_forecast
from domain.forecast.result import Forecast
from domain.forecast.sentences import condition

log = structlog.get_logger(__name__)


async def play_forward(portal: Portal) -> Outlook:
    """Return the outlook from where everybody stands now; a page can do without it."""
    config = portal.config
    now = datetime.now(UTC)
    deadline = portal.day_names(now).deadline(config.deadline)
    settings = ForecastSettings(
        pace=config.pace,
        senders=config.sender_mailboxes,
        policy=config.policy,
        deadline=deadline,
    )
    try:
        made = await rollout_forecast(
            portal.database, settings, now, within=portal.longest_forecast
        )
    except Exception:
        log.exception("no forecast could be made")
        return Outlook()
    return outlook_of(made)


def outlook_of(made: Forecast) -> Outlook:
    """Return what the overview shows of a forecast."""
    if not made.days or not made.people:
        return Outlook()
    at_deadline = made.at_deadline
    return Outlook(
        expected=Expected(
            first=made.days[0].date,
            counted_at=made.start,
            low=tuple(min(day.registered_low, day.registered_high) for day in made.days),
            high=tuple(max(day.registered_low, day.registered_high) for day in made.days),
        ),
        at_deadline=None
        if at_deadline is None
        else (round(at_deadline.registered_low), round(at_deadline.registered_high)),
        last_invitation_at=made.last_invitation_at,
        condition=condition(made),
    )
