"""How much CPU one pass over the list takes, at a size that says something."""

import time
from uuid import uuid4

import pytest

from tests.activities.stage import Stage
from tests.activities.tracking_list.reconciling import Reconciling
from tests.support.namespaces import own_namespace

PEOPLE = 100_000
# Seconds of CPU.
ALLOWED = 300.0


@pytest.mark.long
async def test_a_hundred_thousand_rows_take_minutes(stage: Stage, temporal_address: str) -> None:
    """Every row is compared; the CPU is that of the process, the simulated SharePoint included."""
    both = Reconciling(stage=stage, client=await own_namespace(temporal_address))
    ids = [str(uuid4()) for _ in range(PEOPLE)]
    rows = [both.row(one, both.on_list(one)) for one in ids]
    for begin in range(0, PEOPLE, 1000):
        await both.in_tables(rows[begin : begin + 1000])
    before = time.process_time()

    report = await both.look()

    cpu = time.process_time() - before
    print(f"reconcile: {PEOPLE:,} rows, {cpu:.1f} s of CPU")  # noqa: T201
    assert (report.rows, report.compared, report.rebuild) == (PEOPLE, PEOPLE, False)
    assert (report.different, report.missing, report.lacking) == (0, 0, 0)
    assert cpu < ALLOWED
