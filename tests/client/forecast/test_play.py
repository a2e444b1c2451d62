"""A forecast that is played in a process of its own."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
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
    """The process that has begun is ended, nothing of it goes on, and the next one is made."""
    nobody, long = Situation(start=plan(1).start, loads=[]), plan(1_000_000).situation()
    # So long that whoever waited for its end would wait for minutes.
    long = replace(long, loads=list(long.loads) * 100)
    within, begun = timedelta(milliseconds=200), set[int]()
    # As long as this machine needs to begin a process.
    while not begun:
        given_up = asyncio.create_task(play(long, Rates(), within=within))
        while not given_up.done():
            begun |= _children_that_play()
            await asyncio.sleep(0)
        with pytest.raises(ForecastTakesTooLong):
            await given_up
        within *= 2
    assert not begun & _children_that_play()
    assert (await play(nobody, Rates())).people == 0


def _children_that_play() -> set[int]:
    """Return the processes of ours that play a forecast."""
    found = set[int]()
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in _read(listed).split():
            words = _read(Path("/proc", child.decode(), "cmdline")).split(b"\0")
            if play.__module__.encode() in words:
                found.add(int(child))
    return found


def _read(path: Path) -> bytes:
    """Return what a file tells; nothing where its thread or process has ended meanwhile."""
    with suppress(OSError):
        return path.read_bytes()
    return b""
