"""A mail in one activity, exactly once: its row in ``sent_mail`` is the memory of all attempts.

``sendMail`` returns no id and can't be repeated safely. A draft can be found again by our key, and
the row says how far its sending has come. Whether an id outlives the sending is contested, so that
is never all that says so.
https://learn.microsoft.com/graph/outlook-immutable-id
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from temporalio import activity

from activities.mail.attempt import MailAttempt
from activities.mail.delivery import MailDelivery
from activities.mail.inputs import Delivered, DeliverMailInput, WithdrawMailInput
from activities.mail.withdrawal import withdraw
from activities.metrics import count_mail
from domain.tables.mail import NewMail

if TYPE_CHECKING:
    from activities.mail.row_after_mail import RowAfterMail
    from database.mail.log import MailLog
    from graph.mailbox import Mailbox


class MailActivities:
    """Delivers and withdraws mails in the sender mailboxes."""

    def __init__(
        self,
        *,
        senders: Sequence["Mailbox"],
        log: "MailLog",
        delivery: MailDelivery,
        row: "RowAfterMail",
    ) -> None:
        """Take the mailboxes, the log, what every attempt asks and writes, and who writes rows."""
        self._senders = senders
        self._log = log
        self._delivery = delivery
        self._row = row

    @activity.defn
    async def deliver_mail(self, input: DeliverMailInput) -> Delivered:
        """Make all checks that belong to the moment, draft the mail, send it, and write the row.

        Idempotent: an attempt goes on where the one before was, and two attempts alive at once
        can't both send. A cancellation is no reason to clean up: ``withdraw_mail`` follows it. What
        hinders the row from being written is no failure: then the mirror writes it.

        Raises:
            MailStopped: an admin has stopped all mail; tried again every minute.
            MailWaits: the mailbox's budget is used up; tried again in 15 minutes at most.
            InTransit: it is unclear whether the mail has left; looked at again after two minutes.
            DatabaseUnavailable: the database is away; nothing is sent meanwhile.
            PermanentFailure: mailbox or permissions must be fixed (not retried).
        """
        mail = NewMail(
            key=input.key,
            sender=self._senders[input.sender].address,
            kind=input.kind,
            object_id=input.object_id,
            origin=input.origin,
            network=input.network,
        )
        person = replace(input.person, sender=mail.sender)
        attempt = self._attempt(mail, input.sender)
        delivered = await self._delivery.deliver(attempt, replace(input, person=person))
        count_mail(mail.kind, input.sender, delivered.outcome)
        return await self._row.write(input, delivered)

    @activity.defn
    async def withdraw_mail(self, input: WithdrawMailInput) -> Delivered:
        """Discard the mail's draft, so that it can't leave any more, or tell that it was sent.

        Idempotent. It follows every delivery that didn't end with a mail or the reason for none.

        Raises:
            InTransit: it is unclear whether the mail has left; looked at again after two minutes.
            DatabaseUnavailable: the database is away; nothing is sent meanwhile.
        """
        mail = NewMail(
            key=input.key,
            sender=self._senders[input.sender].address,
            kind=input.kind,
            object_id=input.object_id,
        )
        withdrawn = await withdraw(self._attempt(mail, input.sender))
        count_mail(mail.kind, input.sender, withdrawn.outcome)
        return withdrawn

    def _attempt(self, mail: NewMail, sender: int) -> MailAttempt:
        return MailAttempt(log=self._log, mailbox=self._senders[sender], mail=mail, id=uuid4().hex)
