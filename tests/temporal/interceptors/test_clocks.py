"""A worker whose clock is wrong begins nothing."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.failures import FailureType
from temporal.interceptors.clocks import ASK_AGAIN, ClockInterceptor
from worker.build import INTERCEPTORS


@pytest.mark.parametrize("minutes", [-4, 0, 4])
async def test_a_clock_that_is_nearly_right_is_believed(minutes: int) -> None:
    """Machines differ by seconds, and a task takes its time on a busy one."""
    ClockInterceptor().check(datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 8])
async def test_nothing_is_begun_by_a_wrong_clock(
    minutes: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again until somebody has set the clock right, and the log says so once."""
    clock, started_at = ClockInterceptor(), datetime.now(UTC) + timedelta(minutes=minutes)
    for _ in range(2):
        with pytest.raises(ApplicationError) as failure:
            clock.check(started_at)
        assert failure.value.type == FailureType.WRONG_CLOCK
        assert failure.value.next_retry_delay == ASK_AGAIN
        assert not failure.value.non_retryable
    [line] = caplog.records
    assert line.levelno == logging.ERROR
    assert line.__dict__["seconds_ahead"] == pytest.approx(-60 * minutes, abs=30)


def test_every_worker_compares_clocks() -> None:
    """It is among what stands before each activity."""
    assert any(isinstance(one, ClockInterceptor) for one in INTERCEPTORS)
