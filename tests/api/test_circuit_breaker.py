"""After a call in vain nobody waits for Temporal, until it answers a question in the background."""

import asyncio
from datetime import timedelta

import pytest

from api.circuit_breaker import CircuitBreaker
from api.temporal_calls import TemporalUnreachable
from tests.support.eventually import eventually

AT_ONCE = timedelta(0)


async def call(breaker: CircuitBreaker, error: Exception | None = None) -> bool:
    """Make a call that ends so; return whether it was let through."""
    made = False
    try:
        async with breaker.calling():
            made = True
            if error is not None:
                raise error
    except (TemporalUnreachable, LookupError):
        pass
    return made


class Temporal:
    """A server that is asked in the background, and answers when a test says how."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self.asked = asyncio.Semaphore(0)
        self.answers: asyncio.Queue[Exception | None] = asyncio.Queue()

    async def __call__(self) -> None:
        """Be asked."""
        self.asked.release()
        if (error := await self.answers.get()) is not None:
            raise error


async def test_nobody_waits_for_one_that_is_away() -> None:
    """After a failure all are refused with its reason, also while Temporal is being asked."""
    temporal = Temporal()
    breaker = CircuitBreaker(temporal, pause=AT_ONCE)
    assert await call(breaker)
    assert not breaker.refuses
    assert await call(breaker, TemporalUnreachable("slow"))
    with pytest.raises(TemporalUnreachable, match="slow"):
        async with breaker.calling():
            pass
    await temporal.asked.acquire()
    assert not await call(breaker)
    temporal.answers.put_nowait(TemporalUnreachable("cannot be reached"))
    await temporal.asked.acquire()
    with pytest.raises(TemporalUnreachable, match="cannot be reached"):
        async with breaker.calling():
            pass
    temporal.answers.put_nowait(None)
    await eventually(lambda: not breaker.refuses)
    assert await call(breaker)


async def test_an_answer_that_is_no_success_is_an_answer() -> None:
    """A workflow that isn't there was looked up: Temporal is back, and never was away for it."""
    temporal = Temporal()
    breaker = CircuitBreaker(temporal, pause=AT_ONCE)
    assert await call(breaker, LookupError())
    assert await call(breaker, TemporalUnreachable("slow"))
    temporal.answers.put_nowait(LookupError())
    await eventually(lambda: not breaker.refuses)


async def test_it_is_left_alone_for_a_while() -> None:
    """Between the failure and the first question there is a pause, and the end waits for none."""
    temporal = Temporal()
    breaker = CircuitBreaker(temporal, pause=timedelta(hours=1))
    await call(breaker, TemporalUnreachable("slow"))
    await asyncio.sleep(0)
    assert temporal.asked.locked()
    await breaker.close()
    assert not breaker.refuses
