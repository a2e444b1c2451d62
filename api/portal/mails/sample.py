"""One mail as it looks, in one language, with its subject and its text part."""

from http import HTTPStatus
from shlex import quote

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.portal.access import Visitor, VisitorOf
from api.portal.mails.samples import MAILS, Sample, page_of, render_sample, samples_of
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.services import Portal, PortalOf
from domain.mail.languages import LANGUAGES

router = APIRouter(include_in_schema=False)

_SAMPLE = f"{MAILS}/{{kind}}/{{number}}/{{language}}"
# It is another page within ours: it runs nothing, loads nothing and leads nowhere.
_SANDBOXED = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


@router.get(_SAMPLE)
async def show_sample(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show a mail, and how to send it to oneself."""
    sample = _sample(portal, kind, number)
    if sample is None or language not in LANGUAGES:
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
        command=(
            f"mfa-rollout preview {sample.kind.value} --language {language}"
            f"{f' --number {sample.number}' if sample.number > 1 else ''} --to "
            f"{quote(visitor.session.login)}"
        ),
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{_SAMPLE}/content")
async def show_content(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    sample = _sample(portal, kind, number)
    if sample is None or language not in LANGUAGES:
        return await _no_mail(visitor, portal)
    mail = render_sample(portal.config, sample, language)
    return HTMLResponse(page_of(mail), headers=_SANDBOXED)


def _sample(portal: Portal, kind: str, number: str) -> Sample | None:
    every = samples_of(portal.config.policy)
    wanted = (kind, number)
    return next((one for one in every if (one.kind.value, str(one.number)) == wanted), None)


async def _no_mail(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "mails/no_mail",
        title="There is no such mail",
        section="mails",
        status=HTTPStatus.NOT_FOUND,
    )
