"""Waiting for a user to register: one activity, retried until it is so, adds nothing to history."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from temporalio import activity

from activities.failures import waiting
from domain.adoption import instant
from domain.failures import NotFound, RolloutError
from domain.policy import Policy
from domain.registration import TIMES_MISSING, classify, next_poll_in
from domain.tracking_item import iso
from graph.authentication_methods import AuthenticationMethods
from graph.tracking_list import TrackingList


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitRegistrationInput:
    """Whom to watch, and in which rhythm: quicker after the latest click."""

    object_id: str
    item_id: str | None
    clicked_at: datetime | None
    policy: Policy


class PollEnd(StrEnum):
    """What ends the waiting for a registration."""

    REGISTERED = "registered"
    GONE = "gone"


@dataclass(slots=True, kw_only=True)
class _Memory:
    """What one attempt tells the next, by way of the heartbeat."""

    missing_since: str | None = None
    times_missing: int = 0
    last_checked_written: str | None = None


class RegistrationActivities:
    """Polls ``/users/{id}/authentication/methods``, on a queue whose rate is limited."""

    def __init__(self, *, methods: AuthenticationMethods, tracking_list: TrackingList) -> None:
        """Take the clients."""
        self._methods = methods
        self._list = tracking_list

    @activity.defn
    async def await_registration(self, input: AwaitRegistrationInput) -> PollEnd:
        """Return once the user has registered an MFA method, or is gone for good.

        Reads only, but for ``LastChecked``, which it writes itself now and then. Each attempt looks
        once and fails as ``NotRegistered`` (BENIGN) with the delay until the next. A user counts as
        gone after three 404 answers over a day.
        """
        memory = _remembered()
        now = datetime.now(UTC)
        try:
            methods = await self._methods.methods(input.object_id)
        except NotFound:
            if _gone(memory, now, input.policy):
                return PollEnd.GONE
            activity.heartbeat(_as_details(memory))
            raise waiting(
                f"Not found in the directory, time {memory.times_missing} of {TIMES_MISSING}.",
                type="UserMissing",
                next_retry_delay=input.policy.gone_after / (TIMES_MISSING - 1),
            ) from None
        memory.missing_since, memory.times_missing = None, 0
        seen = classify(methods)
        if seen.registered:
            return PollEnd.REGISTERED
        await self._write_last_checked(input, memory, now)
        activity.heartbeat(_as_details(memory))
        chance = random.random()  # noqa: S311 - spreads load, guards nothing
        delay = next_poll_in(now, clicked_at=input.clicked_at, policy=input.policy, chance=chance)
        raise waiting(
            f"No MFA method yet; unknown types: {', '.join(seen.unknown)}."
            if seen.unknown
            else "No MFA method yet.",
            type="NotRegistered",
            next_retry_delay=delay,
        )

    async def _write_last_checked(
        self, input: AwaitRegistrationInput, memory: _Memory, now: datetime
    ) -> None:
        """Write ``LastChecked``, best effort: a failure here never fails the check."""
        written_at = instant(memory.last_checked_written)
        if input.item_id is None:
            return
        if written_at is not None and now - written_at < input.policy.last_checked_interval:
            return
        try:
            await self._list.update(input.item_id, {"LastChecked": iso(now)})
        except RolloutError as failure:
            activity.logger.info("LastChecked was not written: %s", type(failure).__name__)
        memory.last_checked_written = now.isoformat()


def _remembered() -> _Memory:
    details = activity.info().heartbeat_details
    return _Memory(**details[0]) if details else _Memory()


def _as_details(memory: _Memory) -> dict[str, str | int | None]:
    return {
        "missing_since": memory.missing_since,
        "times_missing": memory.times_missing,
        "last_checked_written": memory.last_checked_written,
    }


def _gone(memory: _Memory, now: datetime, policy: Policy) -> bool:
    """Count one more 404, and say whether that is enough."""
    since = instant(memory.missing_since) or now
    memory.missing_since = since.isoformat()
    memory.times_missing += 1
    # A second's tolerance: retries are scheduled by the server's clock, not by ours.
    long_enough = now - since >= policy.gone_after - timedelta(seconds=1)
    return memory.times_missing >= TIMES_MISSING and long_enough
