"""How a run over many people goes through them: some at a time, and not faster than is good."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.service import RPCError

from activities.concurrency import all_of, unbroken
from domain.bulk.records import Outcome, PersonOutcome
from domain.failures import ServiceUnavailable
from temporal.refusals import Refusal, refusal_of

if TYPE_CHECKING:
    from database.requests.requests import Requests

# A worker does workflow tasks for clicks, mails and imports beside this.
PER_SECOND = 20.0
AT_ONCE = 5
PEOPLE_A_TURN = 20


class Turns:
    """Hands out turns to all runs of a process together, so many in a second and at once."""

    def __init__(self, *, per_second: float = PER_SECOND, at_once: int = AT_ONCE) -> None:
        """Begin with all of them free."""
        self._interval = 1 / per_second
        self._next_at = 0.0
        self._places = asyncio.Semaphore(at_once)

    async def take(self, work: Callable[[], Coroutine[Any, Any, Outcome | None]]) -> Outcome | None:
        """Do some work when its turn comes."""
        async with self._places:
            now = asyncio.get_running_loop().time()
            at = max(now, self._next_at)
            self._next_at = at + self._interval
            await asyncio.sleep(at - now)
            return await work()


async def go_through(
    request_id: str,
    requests: "Requests",
    work: Callable[[str], Coroutine[Any, Any, Outcome | None]],
) -> None:
    """Do the work for everybody who waits, and record what became of them, some at a time.

    A cancellation ends it after the people whose turn it is, so that nobody's outcome is lost.
    ``work`` returns None where it has recorded the outcome itself.

    Raises:
        PassingFailure: a service is away; whoever has no outcome yet still waits.
    """

    async def one_turn(people: list[str]) -> None:
        outcomes = await all_of(work(one) for one in people)
        known = {one: said for one, said in zip(people, outcomes, strict=True) if said is not None}
        await requests.note(request_id, known)

    while people := await requests.waiting(request_id, PEOPLE_A_TURN):
        _, cancelled = await unbroken(one_turn(people))
        if cancelled:
            raise asyncio.CancelledError
        activity.heartbeat()


def about_temporal(error: RPCError) -> PersonOutcome:
    """Return that somebody wasn't reached, where the failure is about this one enrolment.

    Raises:
        ServiceUnavailable: it is about Temporal as a whole.
    """
    refusal = refusal_of(error)
    # One enrolment takes only so many requests at once, too: then the others are still asked.
    if refusal is not None and refusal is not Refusal.OVERLOADED:
        raise ServiceUnavailable(f"Temporal {refusal.value}.") from None
    return PersonOutcome.NOT_REACHED
