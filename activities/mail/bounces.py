"""Reading what came back to the senders, and telling each enrolment of its own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.enrolment.messages import MailBounced, Signal
from domain.failures import NotFound, PermanentFailure
from domain.identifiers import MailKey, enrolment_workflow_id

if TYPE_CHECKING:
    from graph.delivery_reports import DeliveryFailure, DeliveryReports

# Exchange gives up after two days at most; what was here before the first look is looked at, too.
LOOK_BACK = timedelta(days=7)
# A mail may show itself a little after the time that it bears.
OVERLAP = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBouncesInput:
    """Until when the inboxes have been looked at; None means never."""

    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncesRead:
    """Until when the inboxes have been looked at now, and how many mails had come back."""

    looked_until: datetime
    returned: int


class BounceActivities:
    """Reads the inboxes of the sender mailboxes."""

    def __init__(self, *, client: Client, reports: Sequence["DeliveryReports"]) -> None:
        """Take the clients, one for each sender."""
        self._client = client
        self._reports = reports

    @activity.defn
    async def read_bounces(self, input: ReadBouncesInput) -> BouncesRead:
        """Tell every enrolment of its mails that have come back since the last look.

        Idempotent: a report that has been told gets a category, and what was told twice in between
        is dropped by the enrolment. Mails that aren't ours are left as they are. One mailbox that
        can't be read doesn't hold up the others.

        Raises:
            PermanentFailure: of a mailbox; somebody must mend it (not retried).
        """
        looked_until = datetime.now(UTC)
        since = (input.looked_until or looked_until - LOOK_BACK) - OVERLAP
        returned, failures = 0, []
        for reports in self._reports:
            try:
                returned += await self._read(reports, since)
            except PermanentFailure as failure:
                failures.append(failure)
        if failures:
            raise failures[0]
        return BouncesRead(looked_until=looked_until, returned=returned)

    async def _read(self, reports: "DeliveryReports", since: datetime) -> int:
        returned = 0
        async for failure in reports.failures_since(since):
            if not failure.handled and (key := await _key(reports, failure)) is not None:
                await self._tell(reports, failure, key)
                await reports.mark_handled(failure)
                returned += 1
        return returned

    async def _tell(
        self, reports: "DeliveryReports", failure: "DeliveryFailure", key: MailKey
    ) -> None:
        try:
            code = await reports.status_code(failure)
        except NotFound:
            code = ""
        event = MailBounced(
            event_id=f"bounce-{hashlib.sha256(failure.id.encode()).hexdigest()[:16]}",
            at=failure.received_at,
            kind=key.kind,
            run_id=key.run_id,
            number=key.number,
            code=code,
        )
        handle = self._client.get_workflow_handle(enrolment_workflow_id(key.object_id))
        try:
            await handle.signal(Signal.MAIL_BOUNCED, event)
        except RPCError as error:
            # The enrolment has ended: there is nobody to tell.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


async def _key(reports: "DeliveryReports", failure: "DeliveryFailure") -> MailKey | None:
    """Return which of our mails came back, None if it is none of ours."""
    text = await reports.key_of(failure)
    if text is None:
        return None
    try:
        return MailKey.parse(text)
    except ValueError:
        return None
