"""A mail in two steps: a draft whose id is in history, then its sending. Never twice, never lost.

``sendMail`` returns no id and can't be repeated safely. A draft can be found again by our key, and
its immutable id tells whether it has left.
https://learn.microsoft.com/graph/outlook-immutable-id
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.enrolment.exclusions import Exclusions
from activities.mail.send_limits import MailTurns
from activities.registration.unknown_methods import report_unknown
from activities.texts import WAITING, Waiting
from domain.correlation import correlation_id
from domain.enrolment.status import MailKind
from domain.failures import FailureType, NotFound, UnexpectedAnswer
from domain.mail.content import MailContent, MailLinks, OutgoingMail, RenderedMail, Withheld
from domain.mail.links import enrolment_links, escalation_links
from domain.mail.rehearsal import redirected_subject
from domain.mail.send_window import SendWindow
from domain.person import Person, mail_address
from domain.plain_text import one_line
from domain.registration.methods import COUNTED, classify
from temporal.failures import waiting

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods
    from graph.directory import Directory
    from graph.mailbox import Mailbox
    from templates.mails import MailRenderer

IN_TRANSIT_LIMIT = timedelta(minutes=30)
IN_TRANSIT_LOOK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareMailInput:
    """Which mail, to whom, and under which key it is found again.

    ``key`` is the same at every attempt of the same mail, and no other mail has it. ``window`` is
    None for a mail that may leave at any time: a new link that was asked for.
    """

    kind: MailKind
    object_id: str
    key: str
    sender: int
    tracking_token: str
    nudges_sent: int
    window: SendWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMail:
    """A draft that is ready to be sent, or why there is none."""

    draft_id: str | None = None
    withheld: Withheld | None = None
    person: Person | None = None
    manager_upn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInput:
    """A draft in one of the sender mailboxes."""

    draft_id: str
    sender: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What all mails have in common.

    ``tenant_domains`` are those in which a UPN may serve as an address when there is no ``mail``.
    In a rehearsal every mail goes to ``redirect_to``, and its subject says for whom it is.
    """

    public_base_url: str
    setup_url: str
    deadline: date | None = None
    open_tracking: bool = True
    tenant_domains: frozenset[str] = frozenset()
    escalation_fallback: str | None = None
    redirect_to: str | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who a mail goes to."""

    address: str
    name: str
    language: str | None
    manager_upn: str | None = None


class MailActivities:
    """Prepares, sends and discards mails in the sender mailboxes."""

    def __init__(
        self,
        *,
        senders: Sequence["Mailbox"],
        directory: "Directory",
        methods: "AuthenticationMethods",
        exclusions: Exclusions,
        turns: MailTurns,
        renderer: "MailRenderer",
        settings: MailSettings,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients, what all mails have in common, and the types of method that count."""
        self._senders = senders
        self._directory = directory
        self._methods = methods
        self._exclusions = exclusions
        self._turns = turns
        self._renderer = renderer
        self._settings = settings
        self._counted = counted

    @activity.defn
    async def prepare_mail(self, input: PrepareMailInput) -> PreparedMail:
        """Make the checks that belong to the moment, then the draft.

        Idempotent: a draft that an earlier attempt made is found by its key. Nothing is sent.

        Raises:
            MailStopped: an admin has stopped all mail; tried again every minute.
            PermanentFailure: mailbox or permissions must be mended (not retried).
        """
        mailbox = self._senders[input.sender]
        if wait := await self._turns.reason_to_wait(mailbox, input.kind, input.window):
            return PreparedMail(withheld=wait)
        try:
            person = await self._directory.user(input.object_id)
        except NotFound:
            return PreparedMail(withheld=Withheld.MISSING)
        if reason := await self._reason_to_withhold(person):
            return PreparedMail(withheld=reason, person=person)
        reader = await self._reader(input.kind, person)
        if reader is None:
            reason = (
                Withheld.NO_MANAGER if input.kind is MailKind.ESCALATION else Withheld.NO_ADDRESS
            )
            return PreparedMail(withheld=reason, person=person)
        draft_id = await self._draft(input, person, reader)
        return PreparedMail(draft_id=draft_id, person=person, manager_upn=reader.manager_upn)

    @activity.defn
    async def send_mail(self, input: DraftInput) -> None:
        """Send the draft unless it has left already.

        Idempotent: the draft is read first. A draft that can't be found is in transit after an
        earlier attempt, and is waited for, 30 minutes at most from when it was first missed.

        Raises:
            MailStopped: an admin has stopped all mail; tried again every minute.
            UnexpectedAnswer: the draft is still not to be found after that (not retried).
        """
        mailbox = self._senders[input.sender]
        message = await mailbox.read(input.draft_id)
        if message is None:
            raise _in_transit()
        if message.is_draft:
            await self._turns.check_switch()
            try:
                await mailbox.send(input.draft_id)
            except NotFound:
                # It left between the look and the sending, by an attempt whose answer was lost.
                raise _in_transit() from None

    @activity.defn
    async def discard_mail(self, input: DraftInput) -> None:
        """Delete a draft that is not wanted any more. Idempotent; a mail that has left stays."""
        mailbox = self._senders[input.sender]
        message = await mailbox.read(input.draft_id)
        if message is not None and message.is_draft:
            await mailbox.delete(input.draft_id)

    async def _reason_to_withhold(self, person: Person) -> Withheld | None:
        seen = classify(await self._methods.methods(person.object_id), self._counted)
        report_unknown(seen.unknown)
        if seen.registered:
            return Withheld.REGISTERED
        if not person.account_enabled:
            return Withheld.DISABLED
        if await self._exclusions.excludes(person):
            return Withheld.EXCLUDED
        return None

    async def _reader(self, kind: MailKind, person: Person) -> _Reader | None:
        if kind is not MailKind.ESCALATION:
            address = self._address(person)
            return _Reader(address, person.display_name, person.language) if address else None
        manager = await self._directory.manager(person.object_id)
        if (
            manager is not None
            and manager.account_enabled
            and manager.object_id != person.object_id
            and (address := self._address(manager))
        ):
            upn = manager.user_principal_name
            return _Reader(address, manager.display_name, manager.language, upn)
        if fallback := self._settings.escalation_fallback:
            return _Reader(fallback, fallback.partition("@")[0], None)
        return None

    def _address(self, person: Person) -> str | None:
        return mail_address(person, self._settings.tenant_domains)

    async def _draft(self, input: PrepareMailInput, person: Person, reader: _Reader) -> str:
        mailbox = self._senders[input.sender]
        existing = await mailbox.find(input.key)
        if existing is not None:
            return existing.id
        mail = self._render(input, person, reader)
        rehearsal = self._settings.redirect_to
        outgoing = OutgoingMail(
            subject=redirected_subject(mail.subject, reader.name) if rehearsal else mail.subject,
            html=mail.html,
            text=mail.text,
            to_address=rehearsal or reader.address,
            to_name=rehearsal or one_line(reader.name),
            headers={
                "X-MFA-Rollout-Mail": input.kind.value,
                "X-Auto-Response-Suppress": "All",
                **_correlation(),
            },
        )
        return await mailbox.create_draft(outgoing, key=input.key)

    def _render(self, input: PrepareMailInput, person: Person, reader: _Reader) -> RenderedMail:
        escalation = input.kind is MailKind.ESCALATION
        return self._renderer.render(
            MailContent(
                kind=input.kind,
                recipient_name=reader.name,
                links=self._links(input),
                language=reader.language,
                deadline=self._settings.deadline,
                employee_name=person.display_name if escalation else None,
                nudge_count=input.nudges_sent,
            )
        )

    def _links(self, input: PrepareMailInput) -> MailLinks:
        where = self._settings
        if input.kind is MailKind.ESCALATION:
            return escalation_links(
                public_base_url=where.public_base_url,
                pixel_guid=str(uuid5(NAMESPACE_URL, input.key)),
                setup_url=where.setup_url,
                open_tracking=where.open_tracking,
            )
        return enrolment_links(
            public_base_url=where.public_base_url,
            token=input.tracking_token,
            setup_url=where.setup_url,
            open_tracking=where.open_tracking,
        )


def _in_transit() -> ApplicationError:
    """Count the time since the mail was first missed, which attempts tell by the heartbeat.

    Raises:
        UnexpectedAnswer: it is too long.
    """
    now = datetime.now(UTC)
    details = activity.info().heartbeat_details
    since = datetime.fromisoformat(details[0]) if details else now
    if now - since >= IN_TRANSIT_LIMIT:
        raise UnexpectedAnswer(
            "The mail's draft disappeared from the sender's mailbox before it was sent."
        )
    activity.heartbeat(since.isoformat())
    return waiting(
        WAITING[Waiting.IN_TRANSIT],
        type=FailureType.IN_TRANSIT,
        next_retry_delay=IN_TRANSIT_LOOK,
    )


def _correlation() -> dict[str, str]:
    """Return the header by which a mail is found with the import and the calls it belongs to."""
    value = correlation_id.get()
    return {"X-MFA-Rollout-Correlation": value} if value else {}
