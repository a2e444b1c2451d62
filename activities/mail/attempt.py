"""What one attempt does with its mail: each step is committed to the log before its call."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.mail.composer import Composed
from activities.mail.throttled_sender import heeding
from activities.texts import WAITING, Waiting
from domain.enrolment.mail.delivery import SETTLES_WITHIN, Seen, Verdict, verdict
from domain.failures import (
    FailureType,
    NotFound,
    RolloutError,
    ServiceUnavailable,
    SignInFailed,
    TooLate,
)
from domain.portal.call_list import CallEntry
from domain.tables.mail import MailHold, MailState, NewMail, NotYet, SentMail
from temporal.failures import waiting

if TYPE_CHECKING:
    from temporalio.exceptions import ApplicationError

    from database.mail.log import MailLog
    from graph.mailbox import Mailbox, MessageState

# A worker that was stopped in between doesn't send what another attempt has looked at meanwhile.
BEGINS_WITHIN = timedelta(seconds=1)
# Folders are searched from the reservation on; Exchange's clock isn't ours.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAttempt:
    """One attempt at one mail; once another attempt has taken the mail over, its steps fail."""

    log: "MailLog"
    mailbox: "Mailbox"
    mail: NewMail
    id: str

    @property
    def key(self) -> str:
        """The mail's key."""
        return self.mail.key

    async def draft(
        self,
        row: SentMail,
        composed: Composed,
        manager_upn: str | None = None,
        calls: CallEntry | None = None,
    ) -> SentMail:
        """Make a draft, and return the row with its id; keep whom to call about the person.

        What finishes the mail later has to know who the manager is, so it is kept with the row.
        """
        await self.log.drafting(self.mail, self.id, calls)
        async with self._heeded():
            draft_id = await self.mailbox.create_draft(composed.mail, key=self.key)
        values = composed.values | ({"manager_upn": manager_upn} if manager_upn else {})
        await self.log.drafted(
            self.mail,
            self.id,
            draft_id=draft_id,
            source=composed.source,
            values=values,
            link_key=composed.link_key,
        )
        return replace(row, state=MailState.DRAFTED, draft_id=draft_id, values=values)

    async def existing_draft(self, row: SentMail) -> SentMail | None:
        """Return the row with the draft of an earlier attempt, None when there is none.

        It is read by its id, else searched for by its key; in Drafts alone, since nothing of it can
        have left. Not looked for where the row says that no attempt came so far.
        """
        message = await self._message(row)
        if message is None:
            return None
        if row.state is not MailState.DRAFTED or message.id != row.draft_id:
            await self.log.found(self.mail, self.id, draft_id=message.id)
        return replace(row, state=MailState.DRAFTED, draft_id=message.id)

    async def send(self, draft_id: str, today: tuple[datetime, datetime]) -> datetime | NotYet:
        """Count the mail and send its draft; return when, or why it has to wait.

        Not before this attempt was asked for, by the server's clock: after a slow one the next mail
        would be due at once, and a mailbox's budget would have room that it hasn't.

        Raises:
            ApplicationError: whether it has left is unclear (``IN_TRANSIT``); looked at later.
            RolloutError: the request was refused: nothing has left, and nothing counts.
        """
        asked_at = activity.info().current_attempt_scheduled_time
        counted = await self.log.sending(self.key, self.id, today, asked_at)
        if isinstance(counted, NotYet):
            return counted
        try:
            async with self._heeded():
                await self.mailbox.send(draft_id, begin_by=counted + BEGINS_WITHIN)
        except TooLate:
            # Nothing was asked of Exchange; the slot is free again, and the next one is waited for.
            await self.log.refused(self.key, self.id)
            return NotYet(hold=MailHold.MINUTE_FULL)
        except RolloutError as failure:
            if self._was_refused(failure):
                await self.log.refused(self.key, self.id)
                raise
            raise in_transit(counted) from None
        await self.log.sent(self.key, self.id, "accepted")
        return max(counted, asked_at)

    async def verdict(self, row: SentMail) -> Verdict:
        """Look for a mail whose sending was begun by another attempt, and say what follows."""
        return verdict(await self._seen(row), sending_at=sending_at(row), now=datetime.now(UTC))

    async def discard(self, row: SentMail) -> None:
        """Delete the draft, if there is one; what is no draft any more stays."""
        message = await self._message(row)
        if message is not None and message.is_draft:
            await self.mailbox.delete(message.id)

    def _heeded(self) -> AbstractAsyncContextManager[None]:
        """Tell all workers when the mailbox asks to be left alone for a while."""
        return heeding(lambda wait: self.log.throttled(self.mail, wait))

    async def _message(self, row: SentMail) -> "MessageState | None":
        if row.state is MailState.RESERVED:
            return None
        async with self._heeded():
            message = await self.mailbox.read(row.draft_id) if row.draft_id else None
            return message or await self._find(row, "drafts")

    async def _seen(self, row: SentMail) -> Seen:
        async with self._heeded():
            message = await self.mailbox.read(row.draft_id) if row.draft_id else None
            # An id may be another after sending, so a message that is missed proves nothing.
            message = message or await self._find(row, "sentitems")
        if message is None:
            return Seen.NOWHERE
        return Seen.DRAFT if message.is_draft else Seen.SENT

    async def _find(self, row: SentMail, folder: str) -> "MessageState | None":
        since = row.reserved_at - CLOCK_SKEW
        return await self.mailbox.find(self.key, since=since, folders=(folder,))

    def _was_refused(self, failure: RolloutError) -> bool:
        """Return True where the answer proves that the mail has not left: 4xx, or no token.

        A draft that isn't found may just have left, by a request of another attempt; and a 4xx that
        tells of a time-out or of something behind Graph (408, 424) may come after the deed.
        """
        if isinstance(failure, SignInFailed):
            return True
        if isinstance(failure, ServiceUnavailable):
            return False
        if isinstance(failure, NotFound):
            return self.mailbox.is_missing(failure)
        return failure.status is not None and 400 <= failure.status < 500  # noqa: PLR2004


def sending_at(row: SentMail) -> datetime:
    """Return when the sending of a mail was begun, as the row of every such mail knows."""
    return row.sending_at or row.reserved_at


def in_transit(since: datetime) -> "ApplicationError":
    """Return the failure by which a mail is looked at again when its whereabouts have settled."""
    delay = since + SETTLES_WITHIN - datetime.now(UTC)
    return waiting(
        WAITING[Waiting.IN_TRANSIT],
        type=FailureType.IN_TRANSIT,
        # A clock that was set back since makes it no longer.
        next_retry_delay=min(max(delay, timedelta(seconds=1)), SETTLES_WITHIN),
    )
