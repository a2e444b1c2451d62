"""A mail with sample names, sent to an admin who wants to see it in their own mailbox."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from temporalio import activity

from activities.mail.checks import Reader
from activities.mail.composer import MailComposer
from domain.failures import RolloutError
from domain.mail.content import SUPPRESSED, OutgoingMail
from domain.person import Person, mail_address
from domain.status import MailKind
from domain.tables.mail import SenderState

if TYPE_CHECKING:
    from database.mail.senders import SenderStates
    from graph.directory import Directory
    from graph.mailbox import Mailbox

EMPLOYEE = Person(
    object_id=str(UUID(int=0)), user_principal_name="ada@example.com", display_name="Ada Lovelace"
)
MANAGER = "Grace Hopper"
# Nobody's token: its page is Link Not Recognised, and its pixel records nothing.
SAMPLE_TOKEN = str(UUID(int=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail to look at.

    Attributes:
        kind: which mail.
        language: the reader's.
        number: which of the reminders or follow-ups it is, from 1.
        escalate_after: after how many of them the manager is told.
        max_reminders: which of them is the last; None or 0 for no bound.
    """

    kind: MailKind
    language: str
    number: int
    escalate_after: int
    max_reminders: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMailInput:
    """Which mail, and who gets it: an account of the directory, so no history holds an address."""

    sample: Sample
    object_id: str


class SampleOutcome(StrEnum):
    """What became of it."""

    SENT = "sent"
    REDIRECTED = "redirected"
    NO_ADDRESS = "no-address"
    NO_SENDER = "no-sender"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMailResult:
    """What became of it, from which mailbox (by its place), and why it failed."""

    outcome: SampleOutcome
    sender: int | None = None
    failure: str | None = None


def compose_sample(composer: MailComposer, sample: Sample, *, to: str) -> OutgoingMail:
    """Return a mail with sample names to an address; its links lead to no page of a person's."""
    escalation = sample.kind is MailKind.ESCALATION
    name = MANAGER if escalation else EMPLOYEE.display_name
    return composer.compose(
        sample.kind,
        key=f"preview-{uuid4()}",
        tracking_token=SAMPLE_TOKEN,
        nudges_sent=sample.escalate_after if escalation else sample.number - 1,
        is_repeated=sample.number > 1,
        before_manager=sample.number == sample.escalate_after,
        is_last=sample.number == sample.max_reminders,
        person=EMPLOYEE,
        reader=Reader(to, name, sample.language),
    ).mail


async def send_sample(mailbox: "Mailbox", mail: OutgoingMail) -> None:
    """Send it, without the headers by which a mail that is returned is told to be a person's.

    Raises:
        RolloutError: it can't be sent.
    """
    headers = {"X-MFA-Rollout-Mail": "preview", "X-Auto-Response-Suppress": SUPPRESSED}
    draft = await mailbox.create_draft(replace(mail, headers=headers), key=f"preview-{uuid4()}")
    await mailbox.send(draft)


class SampleMailActivities:
    """Sends mails with sample names."""

    def __init__(
        self,
        *,
        directory: "Directory",
        senders: Sequence["Mailbox"],
        states: "SenderStates",
        composer: MailComposer,
        tenant_domains: frozenset[str],
    ) -> None:
        """Take the directory, the mailboxes, and what makes the mails."""
        self._directory = directory
        self._senders = senders
        self._states = states
        self._composer = composer
        self._tenant_domains = tenant_domains

    @activity.defn
    async def send_sample_mail(self, input: SampleMailInput) -> SampleMailResult:
        """Send the mail to the account's address, also while mail to people is stopped.

        Not idempotent: it is tried once, and what became of it is the result.

        Raises:
            DatabaseUnavailable: it isn't known which mailbox may send, and nothing was sent.
        """
        sender = await self._ready_sender()
        if sender is None:
            return SampleMailResult(outcome=SampleOutcome.NO_SENDER)
        try:
            person = await self._directory.user(input.object_id)
            address = mail_address(person, self._tenant_domains)
            if address is None:
                return SampleMailResult(outcome=SampleOutcome.NO_ADDRESS)
            mail = compose_sample(self._composer, input.sample, to=address)
            await send_sample(self._senders[sender], mail)
        except RolloutError as failure:
            return SampleMailResult(outcome=SampleOutcome.FAILED, failure=str(failure))
        redirected = self._composer.settings.redirect_to is not None
        outcome = SampleOutcome.REDIRECTED if redirected else SampleOutcome.SENT
        return SampleMailResult(outcome=outcome, sender=sender)

    async def _ready_sender(self) -> int | None:
        for place, mailbox in enumerate(self._senders):
            row = await self._states.read(mailbox.address)
            if row is None or row.state is SenderState.READY:
                return place
        return None
