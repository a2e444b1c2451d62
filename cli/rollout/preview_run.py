"""Renders one mail with sample names, and writes it to files or sends it."""

from pathlib import Path
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from rich.markup import escape

from cli.terminal import ExitStatus, fail, out
from domain.enrolment.status import MailKind
from domain.mail.content import MailContent, MailLinks, OutgoingMail, RenderedMail
from domain.mail.links import enrolment_links, escalation_links
from domain.mail.rehearsal import redirected_subject
from graph.mailbox import Mailbox
from settings import MailTextSettings, WorkerSettings, load_settings
from templates.mail.catalogue import LANGUAGES, reader_language
from templates.mails import MailRenderer
from worker.graph import open_graph

EMPLOYEE = "Ada Lovelace"
MANAGER = "Grace Hopper"
# Nobody's token: its page is Link Not Recognised, and its pixel records nothing.
SAMPLE_TOKEN = str(UUID(int=0))
REMINDERS = 2


async def preview_mail(
    kind: MailKind, *, language: str, to: str | None, output: Path | None
) -> None:
    """Write the mail as HTML and text, or send it to an address.

    Raises:
        SettingsError: settings are missing or wrong.
        RolloutError: the mail can't be sent.
    """
    _check(language, to)
    if to is None:
        _write(_render(kind, language, load_settings(MailTextSettings)), kind, language, output)
        return
    settings = load_settings(WorkerSettings)
    mail = _render(kind, language, settings)
    if output is not None:
        _write(mail, kind, language, output)
    await _send(mail, kind, to, settings)


def _check(language: str, to: str | None) -> None:
    primary = language.replace("_", "-").partition("-")[0].casefold()
    if primary not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        fail(
            f"There are no mails in the language {language}: choose one of {known}.",
            ExitStatus.USAGE,
        )
    if to is not None:
        try:
            validate_email(to, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            fail(f"--to {to} is no mail address.", ExitStatus.USAGE)


def _render(kind: MailKind, language: str, settings: MailTextSettings) -> RenderedMail:
    escalation = kind is MailKind.ESCALATION
    return MailRenderer(settings.branding, settings.subjects).render(
        MailContent(
            kind=kind,
            recipient_name=_reader(kind),
            links=_links(kind, settings),
            language=language,
            deadline=settings.enrolment_deadline,
            employee_name=EMPLOYEE if escalation else None,
            nudge_count=REMINDERS,
            before_manager=True,
        )
    )


def _reader(kind: MailKind) -> str:
    return MANAGER if kind is MailKind.ESCALATION else EMPLOYEE


def _links(kind: MailKind, settings: MailTextSettings) -> MailLinks:
    if kind is MailKind.ESCALATION:
        return escalation_links(
            public_base_url=settings.public_base_url,
            pixel_guid=SAMPLE_TOKEN,
            setup_url=settings.mfa_setup_url,
            open_tracking=settings.open_tracking,
        )
    return enrolment_links(
        public_base_url=settings.public_base_url,
        token=SAMPLE_TOKEN,
        setup_url=settings.mfa_setup_url,
        open_tracking=settings.open_tracking,
    )


def _write(mail: RenderedMail, kind: MailKind, language: str, output: Path | None) -> None:
    folder = output or Path()
    name = f"{kind.value}.{reader_language(language)}"
    out.print(f"Subject: {escape(mail.subject)}", soft_wrap=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in (
            (folder / f"{name}.html", mail.html),
            (folder / f"{name}.txt", mail.text),
        ):
            file.write_text(content, encoding="utf-8")
            out.print(f"Written: {escape(str(file))}", soft_wrap=True)
    except OSError as error:
        fail(f"{folder} can't be written to: {error.strerror}.")


async def _send(mail: RenderedMail, kind: MailKind, to: str, settings: WorkerSettings) -> None:
    """Send it as the worker sends mails; in a rehearsal it goes where all mails go."""
    rehearsal = settings.mail_redirect_to
    reader = _reader(kind)
    outgoing = OutgoingMail(
        subject=redirected_subject(mail.subject, reader) if rehearsal else mail.subject,
        html=mail.html,
        text=mail.text,
        to_address=rehearsal or to,
        to_name=rehearsal or reader,
        headers={"X-MFA-Rollout-Mail": "preview", "X-Auto-Response-Suppress": "All"},
    )
    async with open_graph(settings) as graph:
        mailbox = Mailbox(graph, settings.sender_mailboxes[0])
        await mailbox.send(await mailbox.create_draft(outgoing, key=f"preview-{uuid4()}"))
    where = f"{rehearsal} (MAIL_REDIRECT_TO)" if rehearsal else to
    out.print(
        f"Sent to {escape(where)} from {escape(settings.sender_mailboxes[0])}.", soft_wrap=True
    )
