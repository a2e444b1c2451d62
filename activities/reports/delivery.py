"""Delivers a report by the same steps as every mail: its row says how far an attempt has come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.exceptions import ApplicationError

from activities.concurrency import unbroken
from activities.mail.attempt import MailAttempt
from activities.mail.composer import Composed
from activities.mail.delivery import finished, put_off, settle
from activities.mail.inputs import Delivered
from activities.mail.turn import MailTurns, today_of
from domain.tables.mail import MailState, NotYet, SentMail


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelivery:
    """The order of every attempt: the row, the mailbox's turn, the draft, the sending."""

    turns: MailTurns

    async def deliver(self, attempt: MailAttempt, composed: Composed) -> Delivered:
        """Bring the report to its end, or raise the failure with which it comes back.

        Raises:
            ApplicationError: it has to wait; BENIGN, with the delay to the next attempt.
            RolloutError: Graph or the database failed.
        """
        row = await attempt.log.reserve(attempt.mail, attempt.id, None)
        if row.state.is_final:
            return finished(row)
        if row.state is MailState.SENDING and (settled := await settle(attempt, row)):
            return settled
        await self._turn(attempt, row)
        if row.state is not MailState.SENDING:
            row = await attempt.existing_draft(row) or await _drafted(attempt, row, composed)
        while True:
            today = today_of(None, datetime.now(UTC))
            counted, cancelled = await unbroken(attempt.send(row.draft_id or "", today))
            if not isinstance(counted, NotYet):
                return Delivered(sent_at=counted)
            if cancelled:
                raise asyncio.CancelledError
            await self._turn(attempt, row)

    async def _turn(self, attempt: MailAttempt, row: SentMail) -> None:
        """Wait for the mailbox's next slot.

        Raises:
            ApplicationError: it comes later; no draft lies there meanwhile.
        """
        turn = await self.turns.wait_for_turn(attempt, None)
        if isinstance(turn, ApplicationError):
            raise await put_off(attempt, row, turn)


async def _drafted(attempt: MailAttempt, row: SentMail, composed: Composed) -> SentMail:
    drafted, cancelled = await unbroken(attempt.draft(row, composed))
    if cancelled:
        raise asyncio.CancelledError
    return drafted
