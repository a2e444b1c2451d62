"""What a forecast costs at full size."""

import time

import pytest

from domain.forecast.plan import import_forecast
from domain.forecast.rates import Rates
from domain.imports.pace import Pace
from tests.domain.forecast.test_forecast import plan


@pytest.mark.long
@pytest.mark.parametrize(("mailboxes", "most"), [(20, 5), (8, 10), (1, 60)])
def test_100_000_people_take_seconds(mailboxes: int, most: int) -> None:
    """The cost is that of the days: more mailboxes need fewer. CPU, with both ends of the band."""
    large = plan(100_000, pace=Pace(senders=mailboxes))
    begun = time.process_time()
    forecast = import_forecast(large, Rates())
    took = time.process_time() - begun
    print(f"{mailboxes} mailboxes: {len(forecast.days)} days in {took:.1f} s of CPU")  # noqa: T201
    assert took < most
