"""Send messages: file the sender's copy, deliver to the recipients, report what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from simulated_tenant.clock import Clock
from simulated_tenant.directory.users import User, Users
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.mailboxes import Mailboxes
from simulated_tenant.exchange.message import Message, Recipient
from simulated_tenant.exchange.outbound_policy import REFUSAL, OutboundSpamFilter
from simulated_tenant.exchange.recipients import RecipientRule, RecipientRules
from simulated_tenant.exchange.reports.incoming import Occasion
from simulated_tenant.exchange.reports.reporting import after_delivery, failure
from simulated_tenant.traits import DAY, Traits

DeliveryListener = Callable[[User, Message], None]


class Transport:
    """Moves mail between the mailboxes of one tenant.

    There is no world outside: an address that no user of the directory has bounces, whatever
    its domain. ``rules`` say what else becomes of mail to an address.
    """

    def __init__(
        self,
        *,
        mailboxes: Mailboxes,
        users: Users,
        outbound: OutboundSpamFilter,
        traits: Traits,
        clock: Clock,
        day_length: timedelta = DAY,
    ) -> None:
        """Start without listeners; drafts that were being sent go on their way."""
        self.rules = RecipientRules()
        self.outbound = outbound
        # What was submitted, whatever became of the sender's copy; of this process alone.
        self.trace: list[Message] = []
        self._mailboxes = mailboxes
        self._users = users
        self._traits = traits
        self._clock = clock
        self._day_length = day_length
        self._listeners: list[DeliveryListener] = []
        self._leaving = {m.id: m for m in mailboxes.all() if m.leaves_drafts_at is not None}

    def on_delivery(self, listener: DeliveryListener) -> None:
        """Call a function after each delivery into an inbox."""
        self._listeners.append(listener)

    def submit(
        self, sender: User, message: Message, *, transit: timedelta, keep_copy: bool = True
    ) -> None:
        """Send a message that was checked before.

        A draft that is sent again before it left Drafts is delivered again.

        Args:
            sender: Whose mailbox the message is in.
            message: A draft of that mailbox, stored or not.
            transit: How long the sender's copy stays out of sight before it is in Sent Items.
            keep_copy: Whether there is to be a copy in Sent Items at all.
        """
        now = self._clock()
        self.trace.append(message)
        message.sender = message.sender or _mailbox_recipient(sender)
        stays = self._traits.staysdraft
        if stays and self._mailboxes.by_id(message.id) is message:
            message.leaves_drafts_at = message.leaves_drafts_at or now + stays
            message.sent_at = message.sent_at or now
            self._leaving[message.id] = message
            self._mailboxes.put(message)
        else:
            self._file(message, now, now + transit, keep_copy=keep_copy)
        self._deliver(sender, message, now)

    def settle(self) -> None:
        """Move the drafts whose time has come to Sent Items."""
        now = self._clock()
        due = [m for m in self._leaving.values() if (m.leaves_drafts_at or now) <= now]
        for message in due:
            del self._leaving[message.id]
            at, message.leaves_drafts_at = message.leaves_drafts_at or now, None
            if message.folder == "drafts":
                self._file(message, message.sent_at or at, at)

    def _file(
        self, message: Message, sent_at: datetime, visible_at: datetime, *, keep_copy: bool = True
    ) -> None:
        message.is_draft = False
        message.sent_at = message.received_at = message.modified_at = sent_at
        message.visible_at = visible_at
        if keep_copy and not self._traits.nosave:
            self._mailboxes.move(message, "sentitems", renamed=self._traits.newid)
        else:
            self._mailboxes.forget(message)

    def _deliver(self, sender: User, message: Message, now: datetime) -> None:
        addresses = [one.address for one in message.recipients]
        allowed = self.outbound.allows(
            sender.id,
            addresses,
            policy=self._traits.outbound_policy,
            now=now,
            day_length=self._day_length,
        )
        seen: set[str] = set()
        for address in addresses:
            occasion = Occasion(owner=sender, message=message, address=address, at=now)
            if not allowed:
                # The sender's own service refuses it, before any other system sees it.
                self._bounce(occasion, REFUSAL, MailSystem.EXCHANGE_ONLINE)
            else:
                self._deliver_to(occasion, seen)

    def _deliver_to(self, occasion: Occasion, seen: set[str]) -> None:
        user = self._users.find_by_address(occasion.address)
        rule = self.rules.take(occasion.address) or RecipientRule()
        code = rule.code or (self._traits.bounce if user is None else None)
        if user is None or code is not None:
            self._bounce(occasion, code, rule.system or self._traits.mailsystem)
            if not rule.delivered:
                return
        if user is None or user.id in seen:
            return
        seen.add(user.id)
        copy = occasion.message.delivered_copy(
            user.id, self._mailboxes.next_sequence(), occasion.at
        )
        self._mailboxes.put(copy)
        self._notify(user, copy)
        for answer in after_delivery(occasion, self._traits):
            self._arrive(occasion, answer.item(occasion, self._mailboxes.next_sequence()))

    def _bounce(self, occasion: Occasion, code: str | None, system: MailSystem) -> None:
        reported = failure(occasion, system=system, code=code, suppressible=self._traits.suppress)
        if reported is not None:
            item = reported.item(occasion, self._mailboxes.next_sequence())
            if self._traits.junk and system is not MailSystem.EXCHANGE_ONLINE:
                item.folder = "junkemail"
            self._arrive(occasion, item)

    def _arrive(self, occasion: Occasion, item: Message) -> None:
        self._mailboxes.put(item)
        self._notify(occasion.owner, item)

    def _notify(self, user: User, message: Message) -> None:
        for listener in self._listeners:
            listener(user, message)


def _mailbox_recipient(user: User) -> Recipient:
    return Recipient(address=user.mail or user.user_principal_name, name=user.display_name)
