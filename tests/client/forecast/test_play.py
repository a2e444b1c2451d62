"""A forecast that is played in a process of its own."""

import time
from datetime import timedelta
from resource import RUSAGE_CHILDREN, getrusage

import pytest

from client.forecast.play import ForecastTakesTooLong, play
from domain.forecast.forecast import Situation, forecast
from domain.forecast.rates import Rates
from domain.imports.pace import Pace
from tests.domain.forecast.test_forecast import plan


def _of_children() -> float:
    return getrusage(RUSAGE_CHILDREN).ru_utime


async def test_another_process_does_the_work() -> None:
    """It comes to the same, and whoever asks this process meanwhile has its interpreter."""
    situation = plan(20_000, pace=Pace(senders=4)).situation()
    before, mine = _of_children(), time.process_time()
    made = await play(situation, Rates())
    mine, others = time.process_time() - mine, _of_children() - before
    assert mine < others / 2
    assert made == forecast(situation, Rates())


async def test_what_takes_too_long_is_given_up() -> None:
    """Nothing of it goes on, and the next one is made."""
    nobody = Situation(start=plan(1).start, loads=[])
    with pytest.raises(ForecastTakesTooLong):
        await play(plan(100_000).situation(), Rates(), within=timedelta(0))
    assert (await play(nobody, Rates())).people == 0
