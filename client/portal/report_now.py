"""The report as it would be sent now: compared with the last one that was sent to anybody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from database.engine import Database
from database.portal.reports import last_sent, read_figures, read_reports, read_situation
from domain.demo_calendar import DemoCalendar
from domain.mail.content import RenderedMail
from domain.reports.figures import as_json
from domain.reports.records import ReportContent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """What a report says that isn't in the tables.

    Attributes:
        time_zone: in which times are told, and whose days are counted.
        deadline: by which day everybody is to be registered.
        demo_calendar: the calendar whose dates are told in a demo.
        portal_url: the portal's address.
        default_language: the organisation's.
    """

    time_zone: str
    deadline: date | None
    demo_calendar: DemoCalendar | None
    portal_url: str
    default_language: str


async def read_report_now(
    database: Database, settings: ReportSettings, now: datetime, language: str | None
) -> ReportContent:
    """Return all that a report says now, in a language or the organisation's.

    Raises:
        DatabaseError: the tables can't be read.
    """
    zone, calendar = ZoneInfo(settings.time_zone), settings.demo_calendar
    async with database.reading() as connection:
        figures = await read_figures(connection, now)
        situation = await read_situation(connection, now, zone, calendar)
        last = last_sent(await read_reports(connection))
    return ReportContent(
        figures=figures,
        before=last.last_figures if last else None,
        before_at=last.last_sent_at if last else None,
        situation=situation,
        at=now,
        language=language or settings.default_language,
        time_zone=settings.time_zone,
        deadline=settings.deadline,
        demo_calendar=calendar,
        portal_url=settings.portal_url,
    )


def report_now_json(content: ReportContent, mail: RenderedMail) -> dict[str, Any]:
    """Return what a report says, for programs: its figures, and the mail in words."""
    head = content.situation.head
    return {
        "at": content.at.isoformat(),
        "figures": as_json(content.figures),
        "before": as_json(content.before) if content.before else None,
        "beforeAt": content.before_at.isoformat() if content.before_at else None,
        "auditHead": f"{head.number}:{head.hash}",
        "language": content.language,
        "subject": mail.subject,
        "text": mail.text,
    }
