"""The report as it would be sent now: its figures, what it says, and how it looks."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, Field

from api.admin.rest.files import page_answers
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.reports.models import checked_language
from api.admin.rest.reports.reports import REPORTS, ReporterOf
from api.admin.rest.tables import TablesOf
from api.mails.frame import SANDBOXED
from api.mails.report_now import report_now
from api.mails.samples import page_of
from api.services import ServicesOf
from client.portal.report_now import report_now_json
from domain.mail.languages import LANGUAGES

router = rest_router("reports")

NOW = REPORTS + "/now"
LanguageOf = Annotated[
    Annotated[str, AfterValidator(checked_language)] | None,
    Query(
        max_length=20,
        description="Its language; default: `DEFAULT_LANGUAGE`.",
        examples=[LANGUAGES[0]],
    ),
]


class ReportFiguresModel(RestModel):
    """The figures of one moment."""

    people: dict[str, int] = Field(
        description="How many people stand where.", examples=[{"people": 300, "active": 120}]
    )
    attention: dict[str, int] = Field(
        description="How many need an admin, by kind.", examples=[{"no-address": 2}]
    )


class ReportNowModel(RestModel):
    """What a report says."""

    at: datetime = Field(description="When the figures were read.")
    figures: ReportFiguresModel = Field(description="The figures.")
    before: ReportFiguresModel | None = Field(
        description="Those of the last report that was sent to anybody."
    )
    before_at: datetime | None = Field(description="When that was.")
    audit_head: str = Field(
        description="Number and hash of the audit log's last entry.",
        examples=[f"4711:{'0' * 60}af31"],
    )
    language: str = Field(description="Its language.", examples=[LANGUAGES[0]])
    subject: str = Field(description="Its subject.", examples=["MFA rollout at Contoso: 40% done"])
    text: str = Field(
        description="The mail as plain text.", examples=["MFA rollout\n\nPeople: 300"]
    )


@router.get(NOW, operation_id="showReportNow")
async def show_now(
    _: ReporterOf, services: ServicesOf, tables: TablesOf, language: LanguageOf = None
) -> ReportNowModel:
    """Tell what a report would say now, compared with the last that was sent. None is sent."""
    content, mail = await report_now(services.config, tables, language)
    return ReportNowModel.model_validate(report_now_json(content, mail))


@router.get(NOW + "/page.html", operation_id="showReportNowPage", **page_answers())
async def show_page(
    _: ReporterOf, services: ServicesOf, tables: TablesOf, language: LanguageOf = None
) -> HTMLResponse:
    """Return it as it looks: a page that runs nothing, and whose links lead nowhere."""
    _content, mail = await report_now(services.config, tables, language, drawn=True)
    return HTMLResponse(page_of(mail), headers=SANDBOXED)
