"""What our client relies on holds in the simulated tenant, and in a real one if there is one."""

import pytest

from tests.contract.agreements import AGREEMENTS, Agreement
from tests.contract.scene import Scene


# A real tenant may show a write minutes later.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda agreement: agreement.__name__)
async def test_the_tenant_keeps_to_the_agreement(scene: Scene, agreement: Agreement) -> None:
    """The agreement, which says in its own docstring what it is, holds."""
    await agreement(scene)
