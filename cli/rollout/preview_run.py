"""Makes mails with sample names as the worker does, and writes them to files or sends one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from activities.mail.composer import MailComposer
from activities.reports.sample import Sample, compose_sample, send_sample
from cli.audit.entry import audited
from cli.options import ALL, answer
from cli.terminal import ExitStatus, fail
from domain.mail.content import OutgoingMail
from domain.mail.languages import LANGUAGES, known_language
from domain.mail.shown.samples import NUMBERED, sample_mails
from domain.mail.shown.web_page import web_page
from domain.status import MailKind
from domain.tables.audit import AuditAction
from graph.mailbox import Mailbox
from settings import PreviewSettings, WorkerSettings, load_settings
from worker.graph import open_graph
from worker.mail import mail_composer


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One mail to look at: its kind, its language, and which of the reminders it is, from 1."""

    kind: MailKind
    language: str
    number: int

    @property
    def name(self) -> str:
        """The name of its files, without their endings."""
        numbered = self.kind in NUMBERED and self.number > 1
        return f"{self.kind.value}{f'-{self.number}' if numbered else ''}.{self.language}"


async def preview_mails(
    kind: str,
    *,
    language: str,
    number: int,
    to: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write mails as HTML and text, or send one to an address.

    Raises:
        SettingsError: settings are missing or wrong.
        AuditUnavailable: it can't be logged, and nothing was sent.
        RolloutError: the mail can't be sent.
    """
    languages = _languages(language)
    _check(kind, language, to)
    settings = load_settings(PreviewSettings)
    previews = [preview for one in languages for preview in _previews(kind, one, number, settings)]
    if to is None:
        composer = mail_composer(settings)
        written = [
            _write(preview, _compose(preview, composer, settings), output) for preview in previews
        ]
        _tell(written, as_json=as_json)
        return
    (preview,) = previews
    worker = load_settings(WorkerSettings)
    composer = mail_composer(settings, redirect_to=worker.mail_redirect_to)
    kept = []
    if output is not None:
        kept.append(_write(preview, _compose(preview, composer, settings), output))
    mail = _compose(preview, composer, settings, to)
    async with audited(AuditAction.SEND_TEST_MAIL, reason=preview.name):
        await _send(mail, worker)
    rehearsal = " (MAIL_REDIRECT_TO)" if worker.mail_redirect_to else ""
    sentence = f"Sent to {mail.to_address}{rehearsal} from {worker.sender_mailboxes[0]}."
    _tell(kept, sentence, sent_to=mail.to_address, as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A preview's files, and the subject of its mail."""

    preview: Preview
    subject: str
    files: list[str]


def _tell(
    mails: Sequence[_Written], *sentences: str, sent_to: str | None = None, as_json: bool
) -> None:
    listed = [
        {
            "kind": one.preview.kind.value,
            "language": one.preview.language,
            "number": one.preview.number,
            "subject": one.subject,
            "files": one.files,
        }
        for one in mails
    ]
    lines = [
        line
        for one in mails
        for line in (f"Subject: {one.subject}", *(f"Written: {file}" for file in one.files))
    ]
    answer({"mails": listed, "sentTo": sent_to}, *lines, *sentences, as_json=as_json)


def _languages(language: str) -> Sequence[str]:
    if language == ALL:
        return LANGUAGES
    known = known_language(language)
    if known is None:
        fail(
            f"There are no mails in the language {language}: choose one of {', '.join(LANGUAGES)}.",
            ExitStatus.USAGE,
        )
    return (known,)


def _check(kind: str, language: str, to: str | None) -> None:
    if to is None:
        return
    if ALL in {kind, language}:
        fail("Only one mail can be sent: name its kind and its language.", ExitStatus.USAGE)
    try:
        validate_email(to, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        fail(f"--to {to} is no mail address.", ExitStatus.USAGE)


def _previews(kind: str, language: str, number: int, settings: PreviewSettings) -> list[Preview]:
    if kind != ALL:
        return [Preview(kind=MailKind(kind), language=language, number=number)]
    every = sample_mails(
        escalate_after=settings.escalate_after, max_reminders=settings.max_reminders
    )
    return [Preview(kind=one.kind, language=language, number=one.number) for one in every]


def _compose(
    preview: Preview, composer: MailComposer, settings: PreviewSettings, to: str = "me@example.com"
) -> OutgoingMail:
    sample = Sample(
        kind=preview.kind,
        language=preview.language,
        number=preview.number,
        escalate_after=settings.escalate_after,
        max_reminders=settings.max_reminders,
    )
    return compose_sample(composer, sample, to=to)


def _write(preview: Preview, mail: OutgoingMail, output: Path | None) -> _Written:
    folder, files = output or Path(), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in (
            (folder / f"{preview.name}.html", web_page(mail)),
            (folder / f"{preview.name}.txt", mail.text),
        ):
            file.write_text(content, encoding="utf-8")
            files.append(str(file))
    except OSError as error:
        fail(f"{folder} can't be written to: {error.strerror}.")
    return _Written(preview=preview, subject=mail.subject, files=files)


async def _send(mail: OutgoingMail, settings: WorkerSettings) -> None:
    """Send it as the worker sends mails; in a rehearsal it goes where all mails go."""
    async with open_graph(settings) as graph:
        await send_sample(Mailbox(graph, settings.sender_mailboxes[0]), mail)
