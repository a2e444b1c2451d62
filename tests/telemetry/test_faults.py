"""Each fault that an alert is about is seen on the page of a process."""

import pytest

from tests.telemetry.faults import BREAKS
from tests.telemetry.scene import Scene
from tests.telemetry.scrape import Scrape


@pytest.mark.parametrize("alert", BREAKS)
async def test_a_fault_is_told(scene: Scene, alert: str) -> None:
    """What an alert looks at has another value as soon as the fault is there."""
    fault = BREAKS[alert]
    before = await scene.scraped()
    await fault.make(scene)
    after = await scene.scraped()

    def figure(scrape: Scrape) -> float:
        return sum(sample.value for sample in scrape.of(fault.metric, **fault.labels))

    counted = fault.metric.endswith(("_total", "_bucket"))
    assert figure(after) - (figure(before) if counted else 0) == fault.value
    assert after != before


async def test_while_the_tables_are_away_nothing_else_is_told_of_them(scene: Scene) -> None:
    """A figure that can't be read is left out: no alert takes it for none."""
    await BREAKS["MfaRolloutDatabaseUnavailable"].make(scene)
    told = (await scene.scraped()).labels
    assert "mfa_rollout_processes" not in told
    assert "mfa_rollout_outbox_hits" in told
