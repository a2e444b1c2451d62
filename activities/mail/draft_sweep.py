"""Removes drafts that nobody needs any more, as an attempt that was killed may leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.mail.throttled_sender import unless_throttled
from domain.failures import (
    BadRequest,
    Conflict,
    PermanentFailure,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    Throttled,
)

if TYPE_CHECKING:
    from database.mail.log import MailLog
    from database.mail.senders import SenderStates
    from graph.mailbox import Mailbox

# What is younger may belong to an attempt that is just at work.
OLD_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsSwept:
    """How many drafts were deleted."""

    deleted: int


class DraftSweepActivities:
    """Looks through the drafts of the sender mailboxes."""

    def __init__(
        self, *, senders: Sequence["Mailbox"], log: "MailLog", states: "SenderStates"
    ) -> None:
        """Take the mailboxes, the log of mails, and which mailbox is to be left alone."""
        self._senders = senders
        self._log = log
        self._states = states

    @activity.defn
    async def sweep_drafts(self) -> DraftsSwept:
        """Delete drafts with our key that are an hour old and whose mail is finished or unknown.

        Idempotent. Drafts of people, and of mails that are still wanted, stay. One mailbox that
        can't be read doesn't hold up the others, nor does one draft.

        Raises:
            Throttled: a mailbox is to be left alone; the others are done (retried after that).
            ServiceUnavailable: a mailbox gives no answer; likewise (retried).
            Conflict: somebody else changes a draft just now; likewise (retried).
            DatabaseUnavailable: the database is away; nothing is deleted (retried).
            PermanentFailure: of a mailbox; an admin has to act (not retried).
        """
        deleted = 0
        failures: list[RolloutError] = []
        before = datetime.now(UTC) - OLD_AFTER
        for mailbox in self._senders:
            try:
                async with unless_throttled(self._states, mailbox.address):
                    deleted += await self._sweep(mailbox, before, failures)
            except (PermanentFailure, ServiceUnavailable, Throttled) as failure:
                failures.append(failure)
        if failures:
            raise failures[0]
        return DraftsSwept(deleted=deleted)

    async def _sweep(
        self, mailbox: "Mailbox", before: datetime, failures: list[RolloutError]
    ) -> int:
        """Return how many were deleted; ``failures`` gets those of single drafts."""
        # Read to the end first: pages would move under the deleting.
        drafts = [draft async for draft in mailbox.old_drafts(before)]
        wanted = await self._log.unfinished({key for _, key in drafts})
        deleted = 0
        for draft_id in [draft_id for draft_id, key in drafts if key not in wanted]:
            try:
                await mailbox.delete(draft_id)
                deleted += 1
            except (BadRequest, Conflict, PermissionDenied) as failure:
                failures.append(failure)
        return deleted
