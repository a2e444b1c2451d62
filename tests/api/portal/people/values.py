"""People whose names, reasons and batches are attacks, for every page that shows them."""

from datetime import datetime
from html import escape

from database.engine import Database
from database.mail import steps
from database.mail.reservation import reserve
from database.mail.templates import keep_template
from domain.mail.content import MailContent, MailLinks
from domain.status import MailKind
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.values import Json
from templates.mails import MailRenderer
from tests.api.running import BRANDING
from tests.database.values import NOW, mail, object_id, person

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://evil.example";"click")'
TURNED = "\u202egnp.exe"


def hostile(number: int = 66, **values: object) -> EnrolmentRecord:
    """Return somebody of whom every text is hostile."""
    usual = {
        "display_name": f"{SCRIPT}{TURNED}",
        "upn": f"{SCRIPT}@contoso.com",
        "mail": FORMULA,
        "department": FORMULA,
        "batch_id": f"+{SCRIPT}",
        "manager_upn": f"@{SCRIPT}",
        "problem": f"-{SCRIPT}",
        "language": "\t=1+1",
    }
    return person(number, **{**usual, **values})


def is_harmless(page: str) -> bool:
    """Say whether nothing of it is markup in a page."""
    return SCRIPT not in page and escape(SCRIPT) in page


async def put_mail(
    database: Database,
    number: int,
    kind: MailKind,
    *,
    at: datetime = NOW,
    older_source: str | None = None,
    **values: Json,
) -> None:
    """Write a mail that was drafted as a worker drafts it, with today's sources or older ones."""
    given = mail(number, key=f"{object_id(number)}/{kind}/1", kind=kind)
    said: dict[str, Json] = {
        "subject": f"{SCRIPT} subject",
        "today": "2026-11-26",
        "name": f"{SCRIPT} Ada",
        "language": "en",
        "employee": f"{SCRIPT} Eve" if kind is MailKind.ESCALATION else None,
        **values,
    }
    link = None if kind is MailKind.ESCALATION else "https://mfa.contoso.example/secret"
    content = MailContent(
        kind=kind,
        recipient_name="",
        links=MailLinks(enrol_url=link, resend_url="", pixel_url=None, setup_url=""),
        today=NOW.date(),
        language="en",
        employee_name="x",
    )
    source = MailRenderer(BRANDING).source(content)
    async with database.writing() as connection:
        await reserve(connection, given, attempt="one", now=at)
        await steps.drafting(connection, given.key, "one")
        await keep_template(connection, source.hash, kind, source.text, now=NOW)
        if older_source is not None:
            await keep_template(connection, "older", kind, older_source, now=NOW)
            values["hash"] = "older"
        await steps.drafted(
            connection,
            given.key,
            "one",
            draft_id="d",
            template_hash=str(values.get("hash") or source.hash),
            values=said,
        )
