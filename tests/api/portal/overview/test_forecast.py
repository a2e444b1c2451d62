"""The forecast on the overview."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from api.portal.overview.forecast import expected_of, forecast_of, lines_of
from api.portal.overview.reading import Shared
from api.portal.services import Portal
from database.engine import Database, default_url
from domain.portal.roles import Role
from tests.api.portal.overview.test_overview import fill
from tests.api.portal.portal import RunningPortal

PATIENCE = 120.0


def _portal(portal: RunningPortal) -> Portal:
    found = portal.api.app.state.portal
    assert isinstance(found, Portal)
    return found


async def test_the_overview_has_a_forecast(portal: RunningPortal) -> None:
    """Its lines stand below the plot, and the plot has its band; it is of people in the tables."""
    await fill(portal.database)
    forecast = await forecast_of(_portal(portal), longest_wait=PATIENCE)
    assert forecast is not None
    assert (forecast.people, forecast.registered_before) == (4, 0)
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get("/portal")).text
    lines = re.search(r'<ul class="plain" id="forecast">(.*?)</ul>', page, flags=re.DOTALL)
    assert lines is not None
    assert lines[1].count("<li>") == len(lines_of(forecast)) >= 6
    expected = expected_of(forecast)
    assert expected is not None
    assert len(expected.low) == len(expected.high) == len(forecast.days)
    assert expected.first == forecast.days[0].date


async def test_a_page_does_not_wait_for_its_forecast(portal: RunningPortal, tmp_path: Path) -> None:
    """What takes long goes on, and is there for a later page; what fails is left out."""
    services = _portal(portal)
    assert await forecast_of(services, longest_wait=0) is None
    assert lines_of(None) == []
    assert expected_of(None) is None
    assert await forecast_of(services, longest_wait=PATIENCE) is not None
    without_tables = Database(default_url(tmp_path / "empty"))
    broken = replace(services, database=without_tables, forecast=Shared(fresh_for=PATIENCE))
    assert await forecast_of(broken, longest_wait=PATIENCE) is None
    await without_tables.close()


async def test_a_demo_has_no_forecast(portal: RunningPortal) -> None:
    """Its days last seconds, so no date is a deadline's."""
    services = _portal(portal)
    policy = services.config.policy.sped_up(timedelta(seconds=2))
    demo = replace(services, config=replace(services.config, policy=policy))
    assert await forecast_of(demo, longest_wait=PATIENCE) is None
