"""One mail as it looks, in one language, with its subject and its text part; sent to oneself."""

from http import HTTPStatus
from uuid import uuid4

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.mails.frame import SANDBOXED
from api.mails.samples import find_sample, page_of, render_sample
from api.mails.send_sample import send_sample
from api.portal.access import FormOf, Visitor, VisitorOf, request_id_in
from api.portal.mails.switch import SwitcherOf
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.paths import MAILS
from api.portal.services import Portal, PortalOf
from domain.mail.languages import LANGUAGES

router = APIRouter(include_in_schema=False)

_SAMPLE = f"{MAILS}/{{kind}}/{{number}}/{{language}}"
_TONES = {True: "good", False: "bad", None: "busy"}


@router.get(_SAMPLE)
async def show_sample(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show a mail, and the button that sends it to oneself."""
    sample = find_sample(portal.config, kind, number, language)
    if sample is None:
        return await _no_mail(visitor, portal)
    here = f"{portal.pages.root}{MAILS}/{sample.kind.value}/{sample.number}"
    page = await portal.pages.page(
        visitor,
        "mails/sample",
        title=sample.name,
        section="mails",
        sample=sample,
        mail=render_sample(portal.config, sample, language),
        language=language,
        languages=LANGUAGES,
        here=here,
        request_id=str(uuid4()),
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{_SAMPLE}/content")
async def show_content(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    sample = find_sample(portal.config, kind, number, language)
    if sample is None:
        return await _no_mail(visitor, portal)
    mail = render_sample(portal.config, sample, language)
    return HTMLResponse(page_of(mail), headers=SANDBOXED)


@router.post(f"{_SAMPLE}/send")
async def send(
    kind: str, number: str, language: str, visitor: SwitcherOf, form: FormOf
) -> Response:
    """Let a worker send the mail to whoever asks, and say what it did.

    A form that is sent twice is one request, and has one mail.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was sent.
        TemporalUnreachable: Temporal is away.
    """
    portal = visitor.portal
    sample = find_sample(portal.config, kind, number, language)
    if sample is None:
        return await _no_mail(visitor, portal)
    answer = await send_sample(
        portal.client,
        portal.database,
        portal.config,
        visitor.actor,
        sample=sample,
        language=language,
        request_id=request_id_in(form),
    )
    await visitor.tell(_TONES[answer.was_sent], answer.sentence)
    return portal.go_to(f"{MAILS}/{sample.kind.value}/{sample.number}/{language}")


async def _no_mail(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "mails/no_mail",
        title="There is no such mail",
        section="mails",
        status=HTTPStatus.NOT_FOUND,
    )
