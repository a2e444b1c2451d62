"""The steps of a sweep: is it wanted, a page of the registration report, telling whom it names."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.registration.unregistered import Enrolled
from domain.enrolment.messages import RegistrationChanged, Signal
from domain.failures import FailureType, NotLicensed, PermissionDenied, ServiceUnavailable
from domain.identifiers import enrolment_workflow_id
from temporal.failures import waiting

if TYPE_CHECKING:
    from graph.registration_report import RegistrationReport

# From so many people on, the report is cheaper than looking at each of them.
FROM_PEOPLE = 5_000
# Graph denies the licence now and then in tenants that have it.
TIMES_UNLICENSED = 5
ASK_AGAIN = timedelta(seconds=15)
IN_FLIGHT = 25

_log = logging.getLogger(__name__)


class SweepMode(StrEnum):
    """Whether registrations are also looked for in the tenant's report."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Somebody who is being enrolled, and whom the report calls registered.

    ``mark`` stands for the methods that it names.
    """

    object_id: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRead:
    """What one page tells of the enrolled, and where the next is.

    ``obstacle`` says why the report can't be read at all; the direct looks go on without it.
    """

    reported: tuple[Reported, ...] = ()
    next_link: str | None = None
    obstacle: str | None = None


class SweepActivities:
    """Compares the tenant's registration report with who is being enrolled."""

    def __init__(
        self, *, client: Client, report: "RegistrationReport", mode: SweepMode, enrolled: Enrolled
    ) -> None:
        """Take the clients, and whether sweeps are wanted."""
        self._client = client
        self._report = report
        self._mode = mode
        self._enrolled = enrolled

    @activity.defn
    async def sweep_wanted(self) -> bool:
        """Say whether to read the report: as set, else from 5,000 people on. Reads only."""
        if self._mode is SweepMode.AUTO:
            return await self._enrolled.count() >= FROM_PEOPLE
        return self._mode is SweepMode.ON

    @activity.defn
    async def read_report_page(self, link: str | None) -> ReportRead:
        """Read one page of the report, the first if there is no link. Reads only, and once.

        Runs on the queue of the direct looks, so that both together stay within their rate.

        Raises:
            NotLicensed: Graph denies the licence; believed when it has done so five times.
        """
        try:
            page = await self._report.page(link)
        except NotLicensed as refusal:
            if activity.info().attempt >= TIMES_UNLICENSED:
                return ReportRead(obstacle=str(refusal))
            raise waiting(
                str(refusal), type=FailureType.NOT_LICENSED, next_retry_delay=ASK_AGAIN
            ) from None
        except ServiceUnavailable as failure:
            if not failure.is_of_lost_page:
                raise
            # The link leads nowhere any more: the next sweep begins anew.
            return ReportRead(obstacle=str(failure))
        except PermissionDenied as refusal:
            _log.warning("registration report denied", extra={"reason": str(refusal)})
            return ReportRead(obstacle=str(refusal))
        unregistered = await self._enrolled.unregistered(fresh=link is None)
        return ReportRead(
            reported=tuple(
                Reported(object_id=user.object_id, mark=user.mark)
                for user in page.registered
                if user.object_id in unregistered
            ),
            next_link=page.next_link,
        )

    @activity.defn
    async def tell_registrations_changed(self, reported: Sequence[Reported]) -> int:
        """Signal ``registration_changed`` to these enrolments; return how many were there.

        Idempotent: the event's id is made of what the report says, and repeats are dropped.
        """
        told = 0
        for start in range(0, len(reported), IN_FLIGHT):
            part = reported[start : start + IN_FLIGHT]
            told += sum(await asyncio.gather(*(self._tell(one) for one in part)))
        return told

    async def _tell(self, reported: Reported) -> bool:
        handle = self._client.get_workflow_handle(enrolment_workflow_id(reported.object_id))
        event = RegistrationChanged(event_id=f"report-{reported.mark}", at=datetime.now(UTC))
        try:
            await handle.signal(Signal.REGISTRATION_CHANGED, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True
