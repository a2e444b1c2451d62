"""A mail as it looked to the person who got it, without anything in it that still works."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.config import ApiConfig
from api.portal.access import VisitorOf
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.people.list_query import PEOPLE
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.services import Portal, PortalOf
from database.mail.templates import read_template
from domain.enrolment.status import MailKind
from domain.mail.content import Branding, MailContent, MailLinks, RenderedMail
from domain.mail.links import RESEND_PATH
from domain.standing.registered_after import mail_name
from domain.standing.texts import MAIL_STATES
from domain.tables.mail import SentMail
from templates.mails import MailRenderer

router = APIRouter(include_in_schema=False)

MAIL = f"{PERSON}/mails/{{number}}"
REMOVED = "#link-removed"
"""In place of the person's link: whoever has it could enrol as them."""

# It is other people's page within ours: it runs nothing, loads nothing and leads nowhere.
SANDBOXED = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A mail as it is rendered again, by its own source or by today's; when its own was new."""

    mail: RenderedMail
    is_exact: bool
    made_since: datetime | None = None


@router.get(MAIL)
async def show_mail(object_id: UUID, number: int, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show a mail: its subject, how it looked, and its text."""
    status = await read_status(portal, str(object_id))
    mail = _mail(status.page.mails, number) if status is not None else None
    if status is None or mail is None:
        return await nobody(visitor, portal)
    shown = await _shown(mail, portal)
    page = await portal.pages.page(
        visitor,
        "people/mail",
        title=f"{name_of(status.page.row)}: {mail_name(mail.kind)}",
        section="people",
        person=status.page.row,
        mail=mail,
        state=MAIL_STATES[mail.state],
        shown=shown,
        subject=mail.values.get("subject") or (shown and shown.mail.subject),
        made_since=shown and shown.made_since,
        content=f"{PEOPLE}/{object_id}/mails/{number}/content",
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{MAIL}/content")
async def show_content(
    object_id: UUID, number: int, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    status = await read_status(portal, str(object_id))
    mail = _mail(status.page.mails, number) if status is not None else None
    shown = await _shown(mail, portal) if mail is not None else None
    if shown is None:
        return await nobody(visitor, portal)
    html = shown.mail.html
    for image in shown.mail.images:
        data = b64encode(image.content).decode()
        html = html.replace(f"cid:{image.content_id}", f"data:{image.content_type};base64,{data}")
    return HTMLResponse(html, headers=SANDBOXED)


def _mail(mails: list[SentMail], number: int) -> SentMail | None:
    return mails[number - 1] if 0 < number <= len(mails) else None


async def _shown(mail: SentMail, portal: Portal) -> _Shown | None:
    """Render a mail again from what is kept of it; None where it was never written.

    After a release its own source is taken; where today's program can't read that, today's.
    """
    kind = mail.kind
    if mail.template_hash is None or not isinstance(kind, MailKind):
        return None
    renderer = _renderer(portal.config.branding)
    content = _content(kind, mail, portal.config)
    try:
        todays = renderer.render(content)
    except ValueError:
        return None
    if renderer.source(content).hash == mail.template_hash:
        return _Shown(mail=todays, is_exact=True)
    async with portal.database.reading() as connection:
        kept = await read_template(connection, mail.template_hash)
    if kept is None:
        return _Shown(mail=todays, is_exact=False)
    source, since = kept
    try:
        return _Shown(mail=renderer.render_kept(content, source), is_exact=True)
    except ValueError:
        return _Shown(mail=todays, is_exact=False, made_since=since)


@lru_cache(maxsize=2)
def _renderer(branding: Branding) -> MailRenderer:
    return MailRenderer(branding)


def _content(kind: MailKind, mail: SentMail, config: ApiConfig) -> MailContent:
    values = mail.values
    wrote_at = mail.sending_at or mail.reserved_at
    is_escalation = kind is MailKind.ESCALATION
    public = config.public_base_url.rstrip("/")
    deadline, nudges = values.get("deadline"), values.get("nudges")
    return MailContent(
        kind=kind,
        recipient_name=str(values.get("name") or ""),
        links=MailLinks(
            enrol_url=None if is_escalation else f"{public}/{REMOVED}",
            resend_url=f"{public}{RESEND_PATH}",
            pixel_url=None,
            setup_url=config.setup_url,
        ),
        today=_date(values.get("today")) or wrote_at.astimezone(ZoneInfo(config.time_zone)).date(),
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
