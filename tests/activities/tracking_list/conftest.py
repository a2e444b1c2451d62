"""The list and the tables, to be compared."""

import pytest

from tests.activities.stage import Stage
from tests.activities.tracking_list.reconciling import Reconciling
from tests.support.namespaces import own_namespace


@pytest.fixture
async def both(stage: Stage, temporal_address: str) -> Reconciling:
    """Give list and tables, both empty, and a namespace in which nobody is enrolled."""
    return Reconciling(stage=stage, client=await own_namespace(temporal_address))
