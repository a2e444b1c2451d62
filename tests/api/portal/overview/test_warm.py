"""What is made ready before the portal says that it is ready."""

from pathlib import Path

import pytest
from temporalio.client import Client

from api.config import PortalConfig
from api.portal.services import Portal
from database.engine import Database
from domain.portal.roles import Role
from tests.api.portal.portal import running_portal
from tests.api.running import BASE_URL
from tests.database.values import person, put


async def test_the_first_reader_waits_for_nothing(
    client: Client, tmp_path: Path, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures are read, plots drawn and choices read when the process is ready."""
    monkeypatch.setattr("api.portal.overview.overview.WARMING_LASTS", 600)
    await put(sqlite_database, person(1, batch_id="wave-1"))
    config = PortalConfig(base_url=BASE_URL, draws_at_start=True)
    async with running_portal(client, tmp_path, sqlite_database, portal=config) as running:
        portal: Portal = running.api.app.state.portal
        assert portal.trends.latest is not None
        assert portal.trends.latest.drawn
        assert portal.overview.latest is not None
        assert portal.choices.latest is not None
        async with running.browser(Role.ADMIN) as browser:
            assert "<svg" in (await browser.get("/portal")).text
