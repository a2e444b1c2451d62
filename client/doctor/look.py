"""Looks at everything together: none waits for another, and one that fails is a line of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from domain.doctor.checks import Blind, Check, Fault, Finding, after, found, in_order
from domain.failures import PermanentFailure, RolloutError, SignInFailed

T = TypeVar("T")
# What a permanent failure of the tenant's is, where it isn't told apart otherwise.
_FAULTS = {
    Check.DATABASE: Fault.DATABASE_AWAY,
    Check.SIGN_IN: Fault.SIGN_IN,
    Check.ENFORCEMENT_GROUP: Fault.GROUP,
    Check.EXCLUDED_GROUP: Fault.GROUP,
    Check.SITE: Fault.SITE,
    Check.TRACKING_LIST: Fault.LIST,
    Check.SENDER: Fault.MAILBOX,
    Check.SEND_TEST: Fault.TEST_NOT_SENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look, and the checks whose lines it gives: all of them could not look if it fails."""

    checks: tuple[Check, ...]
    run: Callable[[], Awaitable[Sequence[Finding]]]
    about: str = ""


class Shared(Generic[T]):
    """Something that several looks need: it is read once, and each gets it or its failure."""

    def __init__(self, reading: Coroutine[Any, Any, T]) -> None:
        """Begin to read."""
        self._task = asyncio.ensure_future(reading)
        # A failure that nobody asks for is none.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def get(self) -> T:
        """Return it once it is there; who gives up doesn't take it from the others."""
        return await asyncio.shield(self._task)

    async def known(self) -> T | None:
        """Return it, None if it can't be read."""
        try:
            return await self.get()
        except Exception:  # noqa: BLE001 - whoever needs it tells why it can't be read
            return None

    def cancel(self) -> None:
        """Stop reading."""
        self._task.cancel()


async def look_together(looks: Sequence[Look], *, within: timedelta) -> list[Finding]:
    """Return the lines of all looks, in order, no later than this time from now."""
    lines = await asyncio.gather(*(_lines(look, within) for look in looks))
    return in_order([line for part in lines for line in part])


async def _lines(look: Look, within: timedelta) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await look.run()
    except TimeoutError:
        blind = found(look.checks[0], Blind.TOO_SLOW, look.about, seconds=within.total_seconds())
    except Exception as error:  # noqa: BLE001 - no look may keep the others from being shown
        blind = line_of(error, look.checks[0], look.about)
    return [blind, *(after(check, look.checks[0], look.about) for check in look.checks[1:])]


def line_of(error: Exception, check: Check, about: str = "") -> Finding:
    """Return the line of a check that failed: whether it needs fixing, or could not look."""
    if isinstance(error, SignInFailed) and check is not Check.SIGN_IN:
        return after(check, Check.SIGN_IN, about)
    if isinstance(error, PermanentFailure) and check in _FAULTS:
        return found(check, _FAULTS[check], about, sentence=error)
    if isinstance(error, RolloutError):
        return found(check, Blind.FAILED, about, sentence=error)
    return found(check, Blind.UNEXPECTED, about, kind=type(error).__name__)
