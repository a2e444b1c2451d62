"""Reading what came back to the senders, and telling each enrolment of its own."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.mail.throttled_sender import unless_throttled
from domain.enrolment.messages import MailBounced, Signal
from domain.failures import (
    BadRequest,
    Conflict,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    Throttled,
    UnexpectedAnswer,
)
from domain.identifiers import MailKey, enrolment_workflow_id, sender_probe_workflow_id
from domain.mail.returned.delivery_report import DeliveryReport
from domain.mail.returned.status_codes import BounceClass

if TYPE_CHECKING:
    from database.mail.returned_mails import ReturnedMails
    from database.mail.senders import SenderStates
    from graph.delivery_reports import DeliveryReports, ReturnedMail

# Servers give up after five days at most; what was here before the first look is looked at, too.
LOOK_BACK = timedelta(days=7)
# A mail may show itself a little after the time that it bears.
OVERLAP = timedelta(hours=1)
COUNT_EVERY = timedelta(hours=1)
# So many messages of a mailbox may wait for an answer in vain; then the whole mailbox does.
MOST_UNANSWERED = 5
# What is about one message, which a person may file or delete while it is read.
OF_ONE_MESSAGE = (BadRequest, Conflict, NotFound, PermissionDenied, UnexpectedAnswer)
A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBouncesInput:
    """Until when the inboxes have been looked at; None means never."""

    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedSender:
    """A sender, by its place, and the id of the workflow that tries it."""

    sender: int
    workflow_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncesRead:
    """What a look has found.

    Attributes:
        looked_until: until when all inboxes have been looked at now.
        returned: how many mails had come back.
        blocked: the senders that may not send until a probe arrives.
    """

    looked_until: datetime
    returned: int
    blocked: tuple[BlockedSender, ...] = ()


class BounceActivities:
    """Reads the inboxes of the sender mailboxes."""

    def __init__(
        self,
        *,
        client: Client,
        reports: Sequence["DeliveryReports"],
        mails: "ReturnedMails",
        senders: "SenderStates",
    ) -> None:
        """Take the clients, one for each sender, and what our tables know."""
        self._client = client
        self._reports = reports
        self._mails = mails
        self._senders = senders

    @activity.defn
    async def read_bounces(self, input: ReadBouncesInput) -> BouncesRead:
        """Tell every enrolment of its mails that have come back since the last look.

        Idempotent: a report that has been told gets a category, and what was told twice in between
        is dropped by the enrolment. Mails that aren't ours are left as they are. One mailbox that
        can't be read doesn't hold up the others, nor does one message. Where a report says that
        the sender may not send, its mailbox is paused first.

        Raises:
            Throttled: a mailbox is to be left alone; the others are done (retried after that).
            ServiceUnavailable: a mailbox or a message gives no answer; likewise (retried).
            Conflict: somebody else changes a message just now; likewise (retried).
            PermanentFailure: of a mailbox; an admin has to act (not retried).
        """
        looked_until = datetime.now(UTC)
        since = (input.looked_until or looked_until - LOOK_BACK) - OVERLAP
        returned = 0
        failures: list[RolloutError] = []
        blocked: list[BlockedSender] = []
        for place, reports in enumerate(self._reports):
            try:
                async with unless_throttled(self._senders, reports.address):
                    returned += await self._read(reports, since, looked_until)
                    await self._count_others(reports, looked_until)
            except (Conflict, PermanentFailure, ServiceUnavailable, Throttled) as failure:
                failures.append(failure)
            row = await self._senders.read(reports.address)
            if row is not None and row.is_blocked:
                workflow_id = sender_probe_workflow_id(activity.info().task_queue, place)
                blocked.append(BlockedSender(sender=place, workflow_id=workflow_id))
        if failures and not blocked:
            raise failures[0]
        if failures:
            # What a mailbox holds that wasn't read is looked at by the next look.
            looked_until = since + OVERLAP
        return BouncesRead(looked_until=looked_until, returned=returned, blocked=tuple(blocked))

    async def _count_others(self, reports: "DeliveryReports", now: datetime) -> None:
        """Look once an hour how many mails others sent from the mailbox: they use its budget."""
        row = await self._senders.read(reports.address)
        if row is None or (row.others_counted_at and now - row.others_counted_at < COUNT_EVERY):
            return
        since = now - A_DAY
        sent = await reports.sent_since(since)
        await self._senders.count_others(reports.address, sent=sent, since=since)

    async def _read(self, reports: "DeliveryReports", since: datetime, now: datetime) -> int:
        """Return how many mails had come back.

        A message that still can't be read when it is older than ``LOOK_BACK`` is let go: else each
        look would begin where it lies, until somebody deletes it.

        Raises:
            RolloutError: the mailbox, or a message in it, can't be read; the other messages are.
        """
        told = unanswered = 0
        failures: list[RolloutError] = []
        async for returned in reports.returned_since(since):
            if returned.handled:
                continue
            try:
                told += await self._read_one(reports, returned)
            except (*OF_ONE_MESSAGE, ServiceUnavailable) as failure:
                if now - returned.received_at > LOOK_BACK:
                    extra = {"reason": str(failure)}
                    activity.logger.warning("returned mail given up", extra=extra)
                    continue
                failures.append(failure)
                unanswered += isinstance(failure, ServiceUnavailable)
                if unanswered == MOST_UNANSWERED:
                    break
        if failures:
            raise failures[0]
        return told

    async def _read_one(self, reports: "DeliveryReports", returned: "ReturnedMail") -> bool:
        """Tell whose mail came back, if it was one of ours, and say whether it was."""
        if (report := await reports.report_of(returned)) is None:
            return False
        if (key := await self._key(reports, returned, report)) is None:
            return False
        await self._tell(reports, returned, report, key)
        await reports.mark_handled(returned)
        return True

    async def _tell(
        self,
        reports: "DeliveryReports",
        returned: "ReturnedMail",
        report: DeliveryReport,
        key: MailKey,
    ) -> None:
        if report.bounce_class is BounceClass.DELIVERED:
            return
        if report.bounce_class is BounceClass.SENDER_BLOCKED:
            await self._senders.pause(
                reports.address, report.code, reported_at=returned.received_at
            )
        event = MailBounced(
            event_id=f"bounce-{hashlib.sha256(returned.id.encode()).hexdigest()[:16]}",
            at=returned.received_at,
            kind=key.kind,
            run_id=key.run_id,
            number=key.number,
            code=report.code,
            bounce_class=report.bounce_class,
        )
        handle = self._client.get_workflow_handle(enrolment_workflow_id(key.object_id))
        try:
            await handle.signal(Signal.MAIL_BOUNCED, event)
        except RPCError as error:
            # The enrolment has ended: there is nobody to tell.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _key(
        self, reports: "DeliveryReports", returned: "ReturnedMail", report: DeliveryReport
    ) -> MailKey | None:
        """Return which of our mails came back, None if it is none of ours."""
        async for text in self._keys(reports, returned, report):
            try:
                return MailKey.parse(text)
            except ValueError:
                continue
        return None

    async def _keys(
        self, reports: "DeliveryReports", returned: "ReturnedMail", report: DeliveryReport
    ) -> AsyncIterator[str]:
        """Iterate over the keys of the mail, as far as they are found: the surest first."""
        for key in report.keys:
            if await self._mails.is_sent(key, reports.address):
                yield key
        named = tuple(dict.fromkeys((*report.message_ids, *returned.about)))
        for message_id in named:
            key_of_sent = await reports.key_of_sent(message_id)
            if key_of_sent == "":
                # Somebody else's mail from this mailbox came back.
                return
            if key_of_sent is not None:
                yield key_of_sent
        if returned.conversation_id is not None:
            key_of_only = await reports.key_of_conversation(returned.conversation_id)
            if key_of_only is not None:
                yield key_of_only
        if report.recipients and not named and not report.keys:
            key_of_last = await self._mails.last_to(
                report.recipients, reports.address, returned.received_at
            )
            if key_of_last is not None:
                yield key_of_last
