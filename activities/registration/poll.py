"""Waiting for a user to register: one activity, retried until it is so, adds nothing to history."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.registration.poll_rate import PollRate
from activities.registration.unknown_methods import report_unknown
from activities.texts import FOUND, WAITING, Found, Waiting
from domain.enrolment.policy import Policy
from domain.failures import FailureType, NotFound, RolloutError, Throttled
from domain.instants import read_instant
from domain.person import Person
from domain.registration.methods import COUNTED, TIMES_MISSING, classify, next_poll_in
from domain.tracking_list.columns import iso
from temporal.failures import waiting

if TYPE_CHECKING:
    from database.enrolments.records import EnrolmentRecords
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory
    from graph.tracking_list import TrackingList

SLOW_DOWN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitRegistrationInput:
    """Whom to watch, and in which rhythm: quicker after the latest click.

    ``person`` is the user as the enrolment knows them, None for not to look after changes;
    ``mail_returned`` asks for that look at once, and for a rhythm that isn't stretched.
    ``unknown_methods`` are the types that have been told already. Unless ``at_once``, the first
    look is when the rhythm says so. ``last_checked_at`` is when the methods were read before, as
    the row says.
    """

    object_id: str
    item_id: str | None
    clicked_at: datetime | None
    policy: Policy
    person: Person | None = None
    mail_returned: bool = False
    unknown_methods: tuple[str, ...] = ()
    at_once: bool = True
    last_checked_at: datetime | None = None


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
    person_read: str | None = None


class RegistrationActivities:
    """Polls ``/users/{id}/authentication/methods``, on a queue whose rate is limited."""

    def __init__(
        self,
        *,
        methods: "AuthenticationMethods",
        tracking_list: "TrackingList",
        directory: "Directory",
        records: "EnrolmentRecords",
        counted: frozenset[str] = COUNTED,
        rhythm: PollRate | None = None,
    ) -> None:
        """Take the clients, the types that count, and what looks have in common, if anything."""
        self._methods = methods
        self._list = tracking_list
        self._directory = directory
        self._records = records
        self._counted = counted
        self._rhythm = rhythm

    @activity.defn
    async def await_registration(self, input: AwaitRegistrationInput) -> PollEnd | Person:
        """Return once the user has registered an MFA method, is gone for good, or has changed.

        Reads only, but for when it looked, which it writes to list and database now and then. Each
        attempt looks once and fails as ``NotRegistered`` (BENIGN) with the delay until the next. A
        user counts as gone after three 404 answers over a day, and one of the directory. At most
        once in ``policy.person_recheck`` the directory is read, too: whoever has another name,
        address or account there is returned.

        Raises:
            UnknownMethods: the types that we don't know are others than before; the details are
                their names, none when there are none left (not retried).
        """
        memory = _remembered(input)
        now = datetime.now(UTC)
        if not input.at_once and activity.info().attempt == 1:
            raise await self._not_registered(input, now)
        try:
            methods = await self._look(input.object_id)
        except NotFound:
            said = Waiting.USER_MISSING
            if _gone(memory, now, input.policy):
                if not await self._is_there(input.object_id):
                    return PollEnd.GONE
                said, memory.missing_since, memory.times_missing = Waiting.METHODS_MISSING, None, 0
            _keep(memory)
            raise waiting(
                WAITING[said].format(time=memory.times_missing, times=TIMES_MISSING),
                type=FailureType.USER_MISSING,
                next_retry_delay=input.policy.gone_after / (TIMES_MISSING - 1),
            ) from None
        memory.missing_since, memory.times_missing = None, 0
        seen = classify(methods, self._counted)
        report_unknown(seen.unknown)
        if seen.registered:
            return PollEnd.REGISTERED
        if seen.unknown != input.unknown_methods:
            raise _unknown(seen.unknown)
        if (person := await self._changed_person(input, memory, now)) is not None:
            return person
        await self._write_last_checked(input, memory, now)
        _keep(memory)
        raise await self._not_registered(input, now)

    async def _not_registered(
        self, input: AwaitRegistrationInput, now: datetime
    ) -> ApplicationError:
        """Return the failure that says when the next attempt is."""
        types = ", ".join(input.unknown_methods)
        return waiting(
            WAITING[Waiting.NOT_REGISTERED_UNKNOWN_TYPES].format(types=types)
            if types
            else WAITING[Waiting.NOT_REGISTERED],
            type=FailureType.NOT_REGISTERED,
            next_retry_delay=await self._next_look_in(input, now),
        )

    async def _look(self, object_id: str) -> tuple[str, ...]:
        """Read the methods; once Microsoft asks to slow down, nobody is looked at for a while."""
        if self._rhythm is not None and (left := self._rhythm.pause_left) > timedelta(0):
            raise waiting(
                WAITING[Waiting.SLOWED_DOWN],
                type=FailureType.THROTTLED,
                next_retry_delay=left,
            )
        try:
            return await self._methods.methods(object_id)
        except Throttled as throttled:
            if self._rhythm is not None:
                self._rhythm.pause(throttled.retry_after or SLOW_DOWN)
            raise

    async def _is_there(self, object_id: str) -> bool:
        """Say whether the directory has a user of whom Graph doesn't show the methods.

        So it is in a cloud that doesn't have them, such as China:
        https://learn.microsoft.com/graph/api/authentication-list-methods
        """
        try:
            await self._directory.user(object_id)
        except NotFound:
            return False
        activity.logger.warning("methods of a user not shown", extra={"object_id": object_id})
        return True

    async def _next_look_in(self, input: AwaitRegistrationInput, now: datetime) -> timedelta:
        stretched = timedelta(0)
        if self._rhythm is not None and not input.mail_returned:
            stretched = await self._rhythm.at_least()
        return next_poll_in(
            now,
            clicked_at=input.clicked_at,
            policy=input.policy,
            chance=random.random(),  # noqa: S311 - spreads load, guards nothing
            at_least=stretched,
        )

    async def _changed_person(
        self, input: AwaitRegistrationInput, memory: _Memory, now: datetime
    ) -> Person | None:
        """Return who the directory describes otherwise than we know; a failure fails no check.

        A disabled account is watched by an activity of its own.
        """
        if input.person is None or not input.person.account_enabled:
            return None
        read_at = read_instant(memory.person_read)
        if read_at is not None and now - read_at < input.policy.person_recheck:
            return None
        try:
            person = await self._directory.user(input.object_id)
        except RolloutError as failure:
            reason = type(failure).__name__
            activity.logger.info("person not read", extra={"reason": reason})
            return None
        memory.person_read = now.isoformat()
        return person if person != input.person else None

    async def _write_last_checked(
        self, input: AwaitRegistrationInput, memory: _Memory, now: datetime
    ) -> None:
        """Write when the methods were read, best effort: a failure here never fails the check.

        While SharePoint has little left the list goes without: clicks and mails are waiting for it.
        """
        written_at = read_instant(memory.last_checked_written)
        if written_at is not None and now - written_at < input.policy.last_checked_interval:
            return
        writes: list[Coroutine[Any, Any, object]] = [self._records.note_look(input.object_id, now)]
        if input.item_id is not None and not self._list.is_pressed:
            writes.append(self._list.update(input.item_id, {"LastChecked": iso(now)}))
        for failure in await asyncio.gather(*writes, return_exceptions=True):
            if isinstance(failure, RolloutError):
                reason = type(failure).__name__
                activity.logger.info("LastChecked not written", extra={"reason": reason})
            elif isinstance(failure, BaseException):
                raise failure
        memory.last_checked_written = now.isoformat()


def _remembered(input: AwaitRegistrationInput) -> _Memory:
    info = activity.info()
    if info.heartbeat_details:
        return _Memory(**info.heartbeat_details[0])
    checked_at = input.last_checked_at
    # The enrolment has just read the person, by itself or for a mail.
    read_at = None if input.mail_returned else info.scheduled_time
    return _Memory(
        last_checked_written=checked_at.isoformat() if checked_at else None,
        person_read=read_at.isoformat() if read_at else None,
    )


def _keep(memory: _Memory) -> None:
    """Tell the next attempt what this one knows, unless an earlier one has told it already."""
    details = asdict(memory)
    if list(activity.info().heartbeat_details) != [details]:
        activity.heartbeat(details)


def _unknown(types: tuple[str, ...]) -> ApplicationError:
    found = Found.UNKNOWN_METHODS if types else Found.NO_UNKNOWN_METHODS
    return ApplicationError(
        FOUND[found].format(types=", ".join(types)),
        *types,
        type=FailureType.UNKNOWN_METHODS,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )


def _gone(memory: _Memory, now: datetime, policy: Policy) -> bool:
    """Count one more 404, and say whether that is enough."""
    since = read_instant(memory.missing_since) or now
    memory.missing_since = since.isoformat()
    memory.times_missing += 1
    # A second's tolerance: retries are scheduled by the server's clock, not by ours.
    long_enough = now - since >= policy.gone_after - timedelta(seconds=1)
    return memory.times_missing >= TIMES_MISSING and long_enough
