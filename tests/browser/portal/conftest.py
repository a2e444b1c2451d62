"""The portal at an address, with some people in its tables and an admin who is signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from playwright.async_api import Page
from temporalio.client import Client

from api.config import PortalConfig
from database.engine import Database
from database.portal.sessions import open_session
from demo.past.people import people, write
from domain.portal.roles import Role
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.portal import running_portal, session_of
from tests.api.running import lazy_client, served
from tests.browser.conftest import OpenWindow
from tests.screenshots.tables import ADMIN, fill

PEOPLE = 60
SESSION, READER_SESSION = token_urlsafe(16), token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class PortalSite:
    """The portal's address, and windows in which an admin is signed in."""

    url: str
    window: OpenWindow

    async def open(self, session: str = SESSION, **options: Any) -> Page:
        """Open a window that is signed in."""
        page = await self.window(**options)
        cookie = {"name": "mfa-rollout-session", "value": session, "url": self.url}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page


@pytest.fixture
async def portal_site(
    window: OpenWindow, tmp_path: Path, sqlite_database: Database
) -> AsyncIterator[PortalSite]:
    """Serve a portal whose Temporal is away: its pages read the tables alone."""
    await write(sqlite_database, people(PEOPLE))
    async with serving(sqlite_database, tmp_path, window) as site:
        yield site


@pytest.fixture
async def full_site(
    window: OpenWindow, tmp_path: Path, sqlite_database: Database
) -> AsyncIterator[PortalSite]:
    """Serve the same with something on every page, as the documents' pictures have it."""
    now = datetime.now(UTC)
    await fill(sqlite_database, now, version("mfa-rollout"))
    deadline = (now + timedelta(days=28)).date()
    async with serving(sqlite_database, tmp_path, window, deadline=deadline) as site:
        yield site


@asynccontextmanager
async def serving(
    database: Database,
    folder: Path,
    window: OpenWindow,
    *,
    client: Client | None = None,
    **changes: Any,
) -> AsyncIterator[PortalSite]:
    """Serve a portal on these tables; without a client Temporal is away."""
    async with database.writing() as connection:
        await open_session(connection, session_of(SESSION, (Role.ADMIN,), actor_id=ADMIN))
        reader = session_of(READER_SESSION, (Role.READER,), number=903)
        await open_session(connection, reader)
    config = PortalConfig(base_url="http://127.0.0.1")
    async with (
        running_portal(
            client or await lazy_client(NOWHERE), folder, database, portal=config, **changes
        ) as running,
        served(running.api.app) as url,
    ):
        yield PortalSite(url, window)
