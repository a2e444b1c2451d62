"""A sender mailbox of one test's own, and the enrolments that hear of what comes back to it."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from activities.mail.returned.bounces import BounceActivities, BouncesRead, ReadBouncesInput
from database.mail.returned_mails import ReturnedMails
from database.mail.senders import SenderStates
from domain.identifiers import MailKey
from domain.mail.content import OutgoingMail
from domain.status import InviteStatus, MailKind, RegistrationState
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.mail import MailSource, NewMail
from graph.delivery_reports import DeliveryReports
from graph.mailbox import Mailbox
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from tests.activities.attempts import Attempts
from tests.activities.listeners import Listener, listening
from tests.activities.stage import Stage

RUN = "0f1e2d3c-run"
LOST = "lost@nowhere.example"


class Sender:
    """A sender mailbox of one test's own, and the enrolments that hear of it."""

    def __init__(self, stage: Stage, user: User, stack: AsyncExitStack) -> None:
        """Use this mailbox."""
        self.stage = stage
        self.address = user.user_principal_name
        self.mailbox = Mailbox(stage.graph, self.address)
        self._stack = stack

    async def enrol(self, user: User | None = None) -> tuple[User, Listener]:
        """Start an enrolment that listens."""
        user = user or self.stage.user()
        assert self.stage.client is not None
        enrolment = self.stage.enrolment(user)
        listener = await self._stack.enter_async_context(listening(self.stage.client, enrolment))
        return user, listener

    async def send(self, key: str, to: str = LOST) -> None:
        """Send a mail under a key."""
        mail = OutgoingMail(subject="MFA", html="<p>Hi</p>", text="Hi", to_address=to, to_name="A")
        await self.mailbox.send(await self.mailbox.create_draft(mail, key=key))

    def inbox(self) -> list[Message]:
        """Return what has come back."""
        return self.stage.tenant.mailbox(self.address)

    def alter(self, **changes: Any) -> None:
        """Change the one report in the inbox, as another mail system might have written it."""
        (report,) = self.inbox()
        self.stage.tenant.mailboxes.forget(report)
        self.stage.tenant.mailboxes.put(replace(report, **changes))

    def reading(self, *senders: str, process: Stage | None = None) -> Attempts[BouncesRead]:
        """Return the attempts of one look, by a process of its own if one is given."""
        assert self.stage.client is not None
        graph = (process or self.stage).graph
        reports = [DeliveryReports(graph, one) for one in senders or (self.address,)]
        bounces = BounceActivities(
            client=self.stage.client,
            reports=reports,
            mails=ReturnedMails(self.stage.database),
            senders=self.states,
        )
        return Attempts(bounces.read_bounces)

    @property
    def states(self) -> SenderStates:
        """Whether mailboxes may send."""
        return SenderStates(self.stage.database)

    async def returned(self) -> int:
        """Look, and return how many mails had come back."""
        return (await self.reading().next(ReadBouncesInput())).returned


def key_of(user: User, kind: MailKind = MailKind.INVITATION, number: int = 1) -> str:
    """Return the key of a mail to somebody."""
    return str(MailKey(object_id=user.id, kind=kind, run_id=RUN, number=number))


async def logged(sender: Sender, person: User, address: str) -> str:
    """Let our tables know that an invitation left for a person at an address; return its key."""
    key, log = key_of(person), sender.stage.mail_log
    mail = NewMail(key=key, sender=sender.address, kind=MailKind.INVITATION, object_id=person.id)
    record = EnrolmentRecord(
        object_id=person.id,
        run_id="11111111-1111-4111-8111-111111111111",
        revision=0,
        upn=person.user_principal_name,
        mail=address,
        status=InviteStatus.PENDING,
        registration=RegistrationState.NOT_REGISTERED,
        batch_id="batch",
        source="CSV Upload",
        sender=sender.address,
    )
    await log.reserve(mail, "attempt", record)
    await log.drafting(mail, "attempt")
    source = MailSource(hash="hash", text="text")
    await log.drafted(mail, "attempt", draft_id="draft", source=source, values={})
    now = sender.stage.tenant.clock()
    await log.sending(key, "attempt", (now, now))
    await log.sent(key, "attempt", "accepted")
    return key
