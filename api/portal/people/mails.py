"""A mail as it looked to the person who got it, without anything in it that still works."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.mails.frame import SANDBOXED
from api.mails.samples import look_of
from api.portal.access import VisitorOf
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.people.list_query import PEOPLE
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.services import Portal, PortalOf
from client.mail.mail_as_sent import MailAsSent, mail_as_sent
from client.people.standing import PersonStatus
from domain.mail.shown.names import mail_name
from domain.mail.shown.web_page import web_page
from domain.standing.sentences import mail_outcome
from domain.standing.texts import MAIL_STATES

router = APIRouter(include_in_schema=False)

MAIL = f"{PERSON}/mails/{{number}}"


@router.get(MAIL)
async def show_mail(object_id: UUID, number: int, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show a mail: its subject, how it looked, and its text."""
    status = await read_status(portal, str(object_id))
    mail = await _mail(status, number, portal)
    if status is None or mail is None:
        return await nobody(visitor, portal)
    page = await portal.pages.page(
        visitor,
        "people/mail",
        title=f"{name_of(status.page.row)}: {mail_name(mail.row.kind)}",
        section="people",
        person=status.page.row,
        mail=mail,
        state=MAIL_STATES[mail.row.state],
        outcome=mail_outcome(mail.row.outcome),
        content=f"{PEOPLE}/{object_id}/mails/{number}/content",
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{MAIL}/content")
async def show_content(
    object_id: UUID, number: int, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    mail = await _mail(await read_status(portal, str(object_id)), number, portal)
    if mail is None or mail.rendered is None:
        return await nobody(visitor, portal)
    return HTMLResponse(web_page(mail.rendered), headers=SANDBOXED)


async def _mail(status: PersonStatus | None, number: int, portal: Portal) -> MailAsSent | None:
    if status is None:
        return None
    async with portal.database.reading() as connection:
        return await mail_as_sent(connection, status.page.mails, number, look_of(portal.config))
