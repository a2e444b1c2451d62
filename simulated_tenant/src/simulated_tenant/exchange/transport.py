"""Send messages: file the sender's copy, deliver to the recipients, report what bounced."""

from collections.abc import Callable
from datetime import datetime, timedelta

from simulated_tenant.clock import Clock
from simulated_tenant.directory.users import User, Users
from simulated_tenant.exchange.delivery_reports import failure_report
from simulated_tenant.exchange.mailboxes import Mailboxes
from simulated_tenant.exchange.message import Message, Recipient

DeliveryListener = Callable[[User, Message], None]


class Transport:
    """Moves mail between the mailboxes of one tenant.

    There is no world outside: an address that no user of the directory has bounces, whatever
    its domain.
    """

    def __init__(self, *, mailboxes: Mailboxes, users: Users, clock: Clock) -> None:
        """Start without listeners."""
        self._mailboxes = mailboxes
        self._users = users
        self._clock = clock
        self._listeners: list[DeliveryListener] = []

    def on_delivery(self, listener: DeliveryListener) -> None:
        """Call a function after each delivery into an inbox."""
        self._listeners.append(listener)

    def submit(
        self, sender: User, message: Message, *, transit: timedelta, keep_copy: bool = True
    ) -> None:
        """Send a message that was checked before.

        Args:
            sender: Whose mailbox the message is in.
            message: A draft of that mailbox, stored or not.
            transit: How long the sender's copy stays out of sight before it is in Sent Items.
            keep_copy: Whether there is to be a copy in Sent Items at all.
        """
        now = self._clock()
        message.is_draft = False
        message.sent_at = message.received_at = message.modified_at = now
        message.sender = message.sender or _mailbox_recipient(sender)
        message.visible_at = now + transit
        if keep_copy:
            self._mailboxes.move(message, "sentitems")
        else:
            self._mailboxes.forget(message)
        self._deliver(sender, message, now)

    def _deliver(self, sender: User, message: Message, now: datetime) -> None:
        seen = set()
        for recipient in message.recipients:
            user = self._users.find_by_address(recipient.address)
            if user is None:
                self._bounce(sender, message, recipient, now)
            elif user.id not in seen:
                seen.add(user.id)
                copy = message.delivered_copy(user.id, self._mailboxes.next_sequence(), now)
                self._mailboxes.put(copy)
                self._notify(user, copy)

    def _bounce(self, sender: User, message: Message, recipient: Recipient, now: datetime) -> None:
        sequence = self._mailboxes.next_sequence()
        report = failure_report(sender, message, recipient, sequence=sequence, at=now)
        self._mailboxes.put(report)
        self._notify(sender, report)

    def _notify(self, user: User, message: Message) -> None:
        for listener in self._listeners:
            listener(user, message)


def _mailbox_recipient(user: User) -> Recipient:
    return Recipient(address=user.mail or user.user_principal_name, name=user.display_name)
