"""After a call in vain nobody waits for Temporal, until one call shows that it is back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from api.circuit_breaker import CircuitBreaker
from api.temporal_calls import TemporalUnreachable

PAUSE = timedelta(seconds=2)


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


AWAY = TemporalUnreachable("slow")


async def test_a_failure_refuses_the_next_calls_for_a_while() -> None:
    """For two seconds nobody tries; a try in vain begins the next two."""
    now = SimpleNamespace(seconds=0.0)
    breaker = CircuitBreaker(pause=PAUSE, clock=lambda: now.seconds)
    assert await call(breaker, AWAY)
    now.seconds = 1.9
    assert not await call(breaker)
    with pytest.raises(TemporalUnreachable, match="slow"):
        async with breaker.calling():
            pass
    now.seconds = 2.0
    assert await call(breaker, AWAY)
    now.seconds = 3.9
    assert not await call(breaker)
    now.seconds = 4.0
    assert await call(breaker)
    assert await call(breaker)


async def test_one_call_tries_and_the_others_are_refused() -> None:
    """While it isn't known whether Temporal is back, one waits for all."""
    now = SimpleNamespace(seconds=0.0)
    breaker = CircuitBreaker(pause=PAUSE, clock=lambda: now.seconds)
    await call(breaker, AWAY)
    now.seconds = 2.0
    async with breaker.calling():
        assert not await call(breaker)
    assert await call(breaker)


async def test_an_answer_that_is_no_success_is_an_answer() -> None:
    """A workflow that isn't there was looked up: Temporal is back."""
    now = SimpleNamespace(seconds=0.0)
    breaker = CircuitBreaker(pause=PAUSE, clock=lambda: now.seconds)
    await call(breaker, AWAY)
    now.seconds = 2.0
    assert await call(breaker, LookupError())
    assert await call(breaker)
