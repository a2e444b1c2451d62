"""What a forecast costs at full size."""

import time

import pytest

from domain.forecast.plan import import_forecast
from domain.forecast.rates import Rates
from domain.imports.pace import Pace
from tests.domain.forecast.test_forecast import plan


@pytest.mark.long
@pytest.mark.parametrize(
    ("pace", "most"),
    [
        (Pace(senders=20), 5),
        (Pace(senders=8), 10),
        (Pace(), 60),
        # As many waves as an import may have.
        (Pace(wave_size=137), 120),
    ],
    ids=["20 mailboxes", "8 mailboxes", "1 mailbox", "731 waves"],
)
def test_100_000_people_take_seconds(pace: Pace, most: int) -> None:
    """The cost is that of the days: more mailboxes need fewer. CPU, with both ends of the band."""
    large = plan(100_000, pace=pace)
    begun = time.process_time()
    forecast = import_forecast(large, Rates())
    took = time.process_time() - begun
    print(f"{pace.senders} mailboxes: {len(forecast.days)} days in {took:.1f} s of CPU")  # noqa: T201
    assert took < most
