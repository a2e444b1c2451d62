"""The report as it would be sent now, in each language."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from api.mails.frame import SANDBOXED
from api.mails.report_now import report_now
from api.mails.samples import page_of
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.reports.reports import REPORTS, ReporterOf
from api.portal.services import PortalOf
from domain.mail.languages import LANGUAGES, known_language

router = APIRouter(include_in_schema=False)

NOW = f"{REPORTS}/now"
# What isn't a language of ours is the organisation's.
LanguageOf = Annotated[str | None, Query(max_length=20)]


@router.get(NOW)
async def show_now(visitor: ReporterOf, portal: PortalOf, language: LanguageOf = None) -> Response:
    """Show what a report would say now; none is sent."""
    content, mail = await report_now(portal.config, portal.database, known_language(language))
    page = await portal.pages.page(
        visitor,
        "reports/now",
        title="The report as it is now",
        section="settings",
        mail=mail,
        language=content.language,
        languages=LANGUAGES,
        before_at=content.before_at,
        here=NOW,
        reports=REPORTS,
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{NOW}/content")
async def show_content(_: ReporterOf, portal: PortalOf, language: LanguageOf = None) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    _content, mail = await report_now(
        portal.config, portal.database, known_language(language), drawn=True
    )
    return HTMLResponse(page_of(mail), headers=SANDBOXED)
