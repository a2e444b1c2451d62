"""The portal at an address, with some people in its tables and an admin who is signed in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from playwright.async_api import Page

from api.config import PortalConfig
from database.engine import Database
from database.portal.sessions import open_session
from demo.past_people import people, write
from domain.portal.roles import Role
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.portal import running_portal, session_of
from tests.api.running import lazy_client, served
from tests.browser.conftest import OpenWindow

PEOPLE = 60
SESSION = token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class PortalSite:
    """The portal's address, and windows in which an admin is signed in."""

    url: str
    window: OpenWindow

    async def open(self, **options: Any) -> Page:
        """Open a window that is signed in."""
        page = await self.window(**options)
        cookie = {"name": "mfa-rollout-session", "value": SESSION, "url": self.url}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page


@pytest.fixture
async def portal_site(
    window: OpenWindow, tmp_path: Path, sqlite_database: Database
) -> AsyncIterator[PortalSite]:
    """Serve a portal whose Temporal is away: its pages read the tables alone."""
    await write(sqlite_database, people(PEOPLE))
    async with sqlite_database.writing() as connection:
        await open_session(connection, session_of(SESSION, (Role.ADMIN,)))
    config = PortalConfig(base_url="http://127.0.0.1")
    client = await lazy_client(NOWHERE)
    async with (
        running_portal(client, tmp_path, sqlite_database, portal=config) as running,
        served(running.api.app) as url,
    ):
        yield PortalSite(url, window)
