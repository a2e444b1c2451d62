"""Doctor says as of when it knows: ``status``, which goes by other reports, may differ."""

from datetime import timedelta

import pytest

from domain.doctor.checks import Fault, Good
from domain.doctor.temporal import SILENT_AFTER
from domain.doctor.texts import FAULTS, GOOD
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER


@pytest.mark.wording
def test_workers_are_told_with_their_time() -> None:
    """A poll lasts up to a minute, so a worker that has just ended isn't missed at once."""
    assert timedelta(minutes=2) == SILENT_AFTER == WORKER_MISSING_AFTER
    told = (FAULTS[Fault.NO_WORKER], GOOD[Good.WORKERS], GOOD[Good.SEVERAL_PARTITIONS])
    assert ["2 minutes" in one for one in told] == [True] * 3
