"""Each fault that an alert is about is seen on the page of a process."""

import pytest

from tests.telemetry.faults import BREAKS
from tests.telemetry.scene import Scene
from tests.telemetry.scrape import Scrape


@pytest.mark.parametrize("alert", BREAKS)
async def test_a_fault_is_told(scene: Scene, alert: str) -> None:
    """What an alert looks at has another value as soon as the fault is there."""
    fault = BREAKS[alert]

    def figure(scrape: Scrape) -> float:
        return sum(sample.value for sample in scrape.of(fault.metric, **fault.labels))

    # A counter belongs to the process, in which other tests count, too.
    is_counter = fault.metric.endswith(("_total", "_bucket"))
    before = figure(await scene.scraped()) if is_counter else 0
    await fault.make(scene)
    assert figure(await scene.scraped()) - before == fault.value


async def test_while_the_tables_are_away_nothing_else_is_told_of_them(scene: Scene) -> None:
    """A figure that can't be read is left out: no alert takes it for none."""
    await BREAKS["MfaRolloutDatabaseUnavailable"].make(scene)
    told = (await scene.scraped()).labels
    assert "mfa_rollout_processes" not in told
    assert "mfa_rollout_outbox_hits" in told
