"""What is made ready before the portal says that it is ready."""

from pathlib import Path

from temporalio.client import Client

from api.config import PortalConfig
from api.portal.overview.overview import warm
from api.portal.services import Portal
from database.engine import Database
from domain.portal.roles import Role
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import BASE_URL
from tests.database.values import person, put


async def test_the_first_reader_waits_for_nothing(
    client: Client, tmp_path: Path, sqlite_database: Database
) -> None:
    """Figures are read, plots drawn and choices read when the process is ready."""
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


async def test_a_start_waits_for_no_tables(portal: RunningPortal) -> None:
    """What can't be read is left to the readers."""
    async with portal.database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE enrolment")
    found: Portal = portal.api.app.state.portal
    await warm(found)
    assert found.trends.latest is None
