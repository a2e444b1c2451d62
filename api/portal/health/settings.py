"""The settings in force, with the names of their variables, and whom a change concerns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.portal.access import Visitor, allowed
from api.portal.paths import PORTAL
from api.portal.services import PortalOf
from client.portal.settings_in_force import read_settings_in_force
from domain.portal.roles import Permission
from domain.portal.settings_in_force import CONCERNS_TEXTS

router = APIRouter(include_in_schema=False)

SETTINGS = f"{PORTAL}/settings"


@router.get(SETTINGS)
async def show_settings(
    visitor: Annotated[Visitor, Depends(allowed(Permission.SETTINGS))], portal: PortalOf
) -> Response:
    """Show the settings that steer the rollout; nothing is changed here."""
    config = portal.config
    async with portal.database.reading() as connection:
        found = await read_settings_in_force(
            connection, config.policy, config.pace, config.deadline
        )
    return await portal.pages.page(
        visitor,
        "health/settings",
        title="Settings",
        section="settings",
        groups=[(group.heading, group.lines) for group in found.groups],
        differing=found.differing,
        has_worker=found.has_worker,
        texts=CONCERNS_TEXTS,
        mailboxes=config.sender_mailboxes,
    )
