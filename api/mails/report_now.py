"""The report by mail as it would be sent now; nothing in it leads anywhere."""

from dataclasses import replace
from datetime import UTC, datetime

from api.config import ApiConfig
from client.portal.report_now import ReportSettings, read_report_now
from database.engine import Database
from domain.mail.content import RenderedMail
from domain.reports.records import ReportContent
from templates.report_plot import draw_report_plot
from templates.reports import ReportRenderer


async def report_now(
    config: ApiConfig, database: Database, language: str | None, *, drawn: bool = False
) -> tuple[ReportContent, RenderedMail]:
    """Return what the report says now, and the mail; it has its plot where it is ``drawn``.

    Raises:
        DatabaseError: the tables can't be read.
    """
    portal = config.portal
    usual = config.branding.default_language
    settings = ReportSettings(
        time_zone=config.time_zone,
        deadline=config.deadline,
        demo_calendar=portal.demo_calendar if portal else None,
        portal_url=f"{portal.base_url if portal else config.public_base_url}/portal",
        default_language=usual,
    )
    content = await read_report_now(database, settings, datetime.now(UTC), language)
    if drawn:
        content = replace(content, plot=await draw_report_plot(content, usual))
    return content, ReportRenderer(config.branding).render(content)
