"""A mail as it looked to the person who got it, without anything in it that still works."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.templates import read_template
from domain.mail.content import Branding, MailContent, MailLinks, RenderedMail
from domain.mail.links import RESEND_PATH
from domain.status import MailKind
from domain.tables.mail import SentMail
from templates.mails import MailRenderer

REMOVED = "#link-removed"
"""In place of the person's link: whoever has it could enrol as them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLook:
    """What a mail is rendered with besides what its row has."""

    branding: Branding
    public_base_url: str
    setup_url: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAsSent:
    """A mail's row, and the mail as it looked.

    Attributes:
        number: which of the person's mails it is, from 1.
        row: what the log of mails has.
        rendered: None where it was never written, or what it said was deleted.
        is_exact: whether its own templates made it, and not today's.
        made_since: when its own templates were first used, where today's program can't read them.
    """

    number: int
    row: SentMail
    rendered: RenderedMail | None = None
    is_exact: bool = False
    made_since: datetime | None = None

    @property
    def subject(self) -> str | None:
        """The subject that it had."""
        known = self.row.values.get("subject")
        if known:
            return str(known)
        return self.rendered.subject if self.rendered is not None else None


async def mail_as_sent(
    connection: AsyncConnection, mails: list[SentMail], number: int, look: MailLook
) -> MailAsSent | None:
    """Render a person's mail again from what is kept of it; None where there is no such mail.

    After a release its own source is taken; where today's program can't read that, today's.
    """
    if not 0 < number <= len(mails):
        return None
    row = mails[number - 1]
    content = _content(row, look)
    if content is None:
        return MailAsSent(number=number, row=row)
    renderer = _renderer(look.branding)
    todays = renderer.render(content)
    if renderer.source(content).hash == row.template_hash:
        return MailAsSent(number=number, row=row, rendered=todays, is_exact=True)
    kept = await read_template(connection, row.template_hash or "")
    if kept is None:
        return MailAsSent(number=number, row=row, rendered=todays)
    source, since = kept
    try:
        own = renderer.render_kept(content, source)
    except ValueError:
        return MailAsSent(number=number, row=row, rendered=todays, made_since=since)
    return MailAsSent(number=number, row=row, rendered=own, is_exact=True)


def mail_as_sent_json(mail: MailAsSent) -> dict[str, Any]:
    """Return how a mail looked as JSON: on the command line and over REST."""
    row = mail.row
    return {
        "number": mail.number,
        "kind": row.kind.value,
        "state": row.state.value,
        "sender": row.sender,
        "reservedAt": row.reserved_at.isoformat(),
        "sendingAt": row.sending_at and row.sending_at.isoformat(),
        "finishedAt": row.finished_at and row.finished_at.isoformat(),
        "outcome": row.outcome,
        "subject": mail.subject,
        "text": mail.rendered and mail.rendered.text,
        "isExact": mail.is_exact,
        "templatesSince": mail.made_since and mail.made_since.isoformat(),
    }


@lru_cache(maxsize=2)
def _renderer(branding: Branding) -> MailRenderer:
    return MailRenderer(branding)


def _content(mail: SentMail, look: MailLook) -> MailContent | None:
    """Return what a mail said; None where it was never written, or is to admins."""
    kind = mail.kind
    if mail.template_hash is None or not isinstance(kind, MailKind):
        return None
    values = mail.values
    wrote_at = mail.sending_at or mail.reserved_at
    is_escalation = kind is MailKind.ESCALATION
    public = look.public_base_url.rstrip("/")
    deadline, nudges = values.get("deadline"), values.get("nudges")
    return MailContent(
        kind=kind,
        recipient_name=str(values.get("name") or ""),
        links=MailLinks(
            enrol_url=None if is_escalation else f"{public}/{REMOVED}",
            resend_url=f"{public}{RESEND_PATH}",
            pixel_url=None,
            setup_url=look.setup_url,
        ),
        today=_date(values.get("today")) or wrote_at.astimezone(ZoneInfo(look.time_zone)).date(),
        language=str(values["language"]) if values.get("language") else None,
        deadline=_date(deadline),
        employee_name=str(values.get("employee") or "") if is_escalation else None,
        nudge_count=nudges if isinstance(nudges, int) else 0,
        is_repeated=values.get("repeated") is True,
        before_manager=values.get("before_manager") is True,
        is_last=values.get("last") is True,
    )


def _date(value: object) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date() if value else None
    except ValueError:
        return None
