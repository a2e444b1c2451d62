"""Whatever breaks while people are invited, every mail, row, member and click is accounted for.

Short versions are in ``test_short_rollouts.py``. With more people, or another lot:
``python -m tests.faults --people 500 --seed 7``.
"""

from pathlib import Path

import pytest

from tests.database import cluster
from tests.faults.rollout import POSTGRESQL, SQLITE, run_rollout
from tests.faults.scenarios.catalogue import SCENARIOS

# A mail whose sending was interrupted is looked at again after two minutes.
pytestmark = pytest.mark.timeout(2400)
DOZEN, SOME, MANY = 12, 100, 500
# What goes wrong is the same for any number of people.
SHORT = (
    *("clock-steps", "spring-forward", "fall-back", "disk-full", "old-backup"),
    *("upgrade", "upgrade-without-patch"),
)


@pytest.mark.long
@pytest.mark.parametrize("engine", [SQLITE, POSTGRESQL])
async def test_many_people_through_kills(tmp_path: Path, engine: str) -> None:
    """The same with 500 people, and with PostgreSQL killed, too."""
    if engine == POSTGRESQL and cluster.executables() is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    outcome = await run_rollout(tmp_path, "kills", people=MANY, seed=7, engine=engine)
    assert outcome.wrong == []


@pytest.mark.long
@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in {"kills", *SHORT}])
async def test_people_through_trouble(tmp_path: Path, scenario: str) -> None:
    """Microsoft, Temporal or the machine fail for a while, and come back."""
    outcome = await run_rollout(tmp_path, scenario, people=SOME, seed=7)
    assert outcome.wrong == []


@pytest.mark.long
@pytest.mark.parametrize("scenario", SHORT)
async def test_a_few_people_through_more_trouble(tmp_path: Path, scenario: str) -> None:
    """Clocks, disk, backup or version are wrong for a while, and come right."""
    outcome = await run_rollout(tmp_path, scenario, people=DOZEN, seed=7)
    assert outcome.wrong == []
    if outcome.not_run:
        pytest.skip("; ".join(outcome.not_run))
