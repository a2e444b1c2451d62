"""The page about mails: whether they leave, from which mailboxes, and what they say."""

from uuid import uuid4

from fastapi import APIRouter, Response

from api.mails.samples import LANGUAGE_NAMES, samples_of
from api.portal.access import VisitorOf
from api.portal.paths import MAILS
from api.portal.services import PortalOf
from client.mail.mailboxes import read_mailboxes
from database.mail.unfinished_mails import count_being_sent
from database.rollout.control import read_control
from domain.mail.shown.texts import MAIL_NAMES

router = APIRouter(include_in_schema=False)


@router.get(MAILS)
async def show_mails(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the switch, the mailboxes with their budgets, and what there is to look at."""
    now = portal.pages.clock(visitor.request).now
    configured = portal.config.sender_mailboxes
    async with portal.database.reading() as connection:
        control = await read_control(connection)
        being_sent = await count_being_sent(connection, now)
        mailboxes = await read_mailboxes(connection, configured, now)
    known = {one.sender.address for one in mailboxes}
    return await portal.pages.page(
        visitor,
        "mails/mails",
        title="Mails",
        section="mails",
        stop=control if control is not None and control.mail_stopped else None,
        being_sent=being_sent,
        mailboxes=mailboxes,
        unused=[one for one in configured if one not in known],
        samples=samples_of(portal.config),
        names=MAIL_NAMES,
        languages=LANGUAGE_NAMES,
        request_id=str(uuid4()),
    )
