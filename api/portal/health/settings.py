"""The settings in force, with the names of their variables, and whom a change concerns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.portal.access import Visitor, allowed
from api.portal.paths import PORTAL
from api.portal.services import PortalOf
from database.rollout.policy import read_policy, read_worker_settings
from domain.portal.roles import Permission
from domain.portal.settings_in_force import (
    CONCERNS_TEXTS,
    deadline_line,
    limit_lines,
    pace_lines,
    policy_lines,
    window_lines,
    worker_lines,
)

router = APIRouter(include_in_schema=False)

SETTINGS = f"{PORTAL}/settings"


@router.get(SETTINGS)
async def show_settings(
    visitor: Annotated[Visitor, Depends(allowed(Permission.SETTINGS))], portal: PortalOf
) -> Response:
    """Show the settings that steer the rollout; nothing is changed here."""
    policy, pace = portal.config.policy, portal.config.pace
    async with portal.database.reading() as connection:
        limits = await read_policy(connection)
        others = await read_worker_settings(connection)
    here = limit_lines(pace.per_minute, pace.per_hour, pace.per_day)
    worker = limit_lines(limits.per_minute, limits.per_hour, limits.per_day) if limits else None
    its_own = worker_lines(others) if others else []
    planned = [line for line in pace_lines(pace) if line not in here]
    return await portal.pages.page(
        visitor,
        "health/settings",
        title="Settings",
        section="settings",
        groups=[
            ("How a person is reminded", policy_lines(policy)),
            ("When mails leave", window_lines(policy.window)),
            ("How fast an import invites", planned),
            ("How fast mails leave", worker or here),
            *([("Whom the worker enrols, and what it looks at", its_own)] if its_own else []),
        ],
        differing=[
            (there, mine)
            for there, mine in zip(
                [*(worker or here), *its_own[:1]],
                [*here, deadline_line(portal.config.deadline)],
                strict=False,
            )
            if there.value != mine.value
        ],
        has_worker=worker is not None,
        texts=CONCERNS_TEXTS,
        mailboxes=portal.config.sender_mailboxes,
    )
