"""Withdraws a mail whose delivery ended in any other way than sent."""

from datetime import UTC, datetime

from activities.mail.attempt import MailAttempt, in_transit, sending_at
from activities.mail.delivery import discarded, finished, settle
from activities.mail.inputs import Delivered
from domain.enrolment.mail.delivery import SETTLES_WITHIN
from domain.failures import PermanentFailure
from domain.tables.mail import MailState, SentMail

WITHDRAWN = "withdrawn"
LEFT_BEHIND = "withdrawn; its draft could not be deleted"
UNREADABLE = "the mailbox could not be read"


async def withdraw(attempt: MailAttempt) -> Delivered:
    """Discard the mail's draft, or say that it was sent before.

    From its first step on no earlier attempt can go on. A mail whose sending was begun is looked at
    until it is clear what became of it. A mailbox that can't be used doesn't hold up the enrolment:
    what is still a draft there is left to the daily sweep.

    Raises:
        ApplicationError: it can't be told yet what became of it; BENIGN, looked at again.
        PassingFailure: Graph or the database failed; retried.
    """
    row = await attempt.log.withdraw(attempt.mail, attempt.id)
    if row.state.is_final:
        return finished(row)
    if row.state is MailState.SENDING and (settled := await _settled(attempt, row)):
        return settled
    try:
        await discarded(attempt, row, WITHDRAWN)
    except PermanentFailure:
        await attempt.log.withdrawn(attempt.key, attempt.id, LEFT_BEHIND)
    return Delivered()


async def _settled(attempt: MailAttempt, row: SentMail) -> Delivered | None:
    try:
        return await settle(attempt, row)
    except PermanentFailure:
        if datetime.now(UTC) - sending_at(row) < SETTLES_WITHIN:
            raise in_transit(sending_at(row)) from None
        await attempt.log.unconfirmed(attempt.key, attempt.id, UNREADABLE)
        return Delivered(sent_at=sending_at(row), unconfirmed=True)
