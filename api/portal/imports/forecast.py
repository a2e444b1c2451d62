"""The forecast of an import that is about to start, together with the rollout that runs."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.imports.paths import IMPORT
from api.portal.imports.standing import read_standing
from api.portal.imports.upload import ImporterOf
from api.portal.services import PortalOf
from client.forecast.play import ForecastTakesTooLong, play
from client.forecast.rollout import ForecastSettings, NewImport, read_situation, with_import
from database.imports.uploads import read_upload
from domain.forecast.sentences import forecast_lines
from domain.portal.uploads import KeptUpload
from templates.plots.forecast import mails_plot, registered_plot

router = APIRouter(include_in_schema=False)


@router.get(IMPORT + "/{upload_id}/forecast")
async def show_forecast(upload_id: UUID, visitor: ImporterOf, portal: PortalOf) -> Response:
    """Show mails a day and registrations, as the preview asks for them when it is done."""
    config, now = portal.config, datetime.now(UTC)
    names = portal.day_names(now)
    async with portal.database.reading() as connection:
        kept = await read_upload(
            connection, str(upload_id), owner_id=visitor.session.actor_id, now=now
        )
        to_invite = await _to_invite(connection, kept)
        if kept is None or not to_invite:
            return Response()
        settings = ForecastSettings(
            pace=config.pace,
            senders=config.sender_mailboxes,
            policy=config.policy,
            deadline=names.deadline(config.deadline),
        )
        rollout = await read_situation(connection, settings, now)
    own, mailboxes = kept.options.own, config.sender_mailboxes
    new = NewImport(
        people=to_invite,
        pace=own.pace(config.pace, mailboxes, config.policy.day),
        senders=own.senders(mailboxes),
    )
    situation = with_import(rollout.situation, new)
    try:
        forecast = await play(situation, rollout.rates, within=portal.longest_forecast)
    except ForecastTakesTooLong:
        return portal.pages.fragment(visitor, "imports/no_forecast", people=to_invite)
    return portal.pages.fragment(
        visitor,
        "imports/forecast",
        lines=forecast_lines(forecast, (), names.long),
        mails=await portal.plots.draw(mails_plot(forecast, names.short), key="forecast-mails"),
        registered=await portal.plots.draw(
            registered_plot(forecast, names.short), key="forecast-registered"
        ),
    )


async def _to_invite(connection: AsyncConnection, kept: KeptUpload | None) -> int:
    """Return how many people the dry run found to invite; 0 while it is under way."""
    if kept is None or kept.dry_run_id is None:
        return 0
    standing = await read_standing(connection, kept.dry_run_id)
    return standing.to_invite if standing and not standing.is_under_way else 0
