"""A few people meet every fault, one after the other, and everything is accounted for.

With more people, or another lot: ``python -m tests.faults --people 500 --seed 7``.
"""

from pathlib import Path

import pytest

from tests.faults.rollout import run_rollout
from tests.faults.scenarios.catalogue import SCENARIOS
from tests.support import warm

# A mail whose sending was interrupted is looked at again after two minutes.
pytestmark = pytest.mark.timeout(1800)
# One who only looks at the mail, and two who click.
PEOPLE, CLICKS = 3, 2
SHORTER = 0.4
# Those of a rollout get along with each other's settings. The first leaves mails to be looked for
# while the others play; the upgrade is the last, as its newer version stays.
TOGETHER = {
    "autumn-and-upgrades": ("fall-back", "upgrade-without-patch", "upgrade"),
    "kills-and-microsoft": (
        *("says-otherwise", "kills", "storm", "tokens-away", "sharepoint-away"),
        *("temporal-away", "tenth-of-a-core", "clock-steps"),
    ),
    "spring-and-disk": ("spring-forward", "disk-full", "old-backup"),
}


def test_every_scenario_has_its_short_version() -> None:
    """Whatever is added to the catalogue is met here as well, once, but for what is said here."""
    met = sorted(name for some in TOGETHER.values() for name in some)
    # Three traits of many show little of them; a single test meets all at once. Two more processes
    # would take longer than all that the short versions show.
    assert met == sorted(SCENARIOS.keys() - {"traits", "pairs-killed"})


@pytest.mark.parametrize("together", TOGETHER)
async def test_a_few_people_through(tmp_path: Path, together: str) -> None:
    """Each fault meets people who are imported, invited, who click and register."""
    outcome = await run_rollout(
        tmp_path, *TOGETHER[together], people=PEOPLE, seed=1, scale=SHORTER, program=warm.command
    )
    assert outcome.wrong == []
    assert outcome.clicks == CLICKS * (len(TOGETHER[together]) - len(outcome.not_run))
    if outcome.not_run:
        pytest.skip("; ".join(outcome.not_run))
