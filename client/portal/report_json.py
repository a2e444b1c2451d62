"""How a report by mail looks as JSON: on the command line and over REST."""

from typing import Any

from domain.reports.records import ReportSchedule


def report_json(report: ReportSchedule) -> dict[str, Any]:
    """Return when a report comes, to whom, in which language, and who added it."""
    return {
        "reportId": report.schedule_id,
        "interval": str(report.interval),
        "recipients": list(report.recipients),
        "language": report.language,
        "createdBy": report.created_by,
        "createdById": report.created_by_id,
        "createdAt": report.created_at.isoformat(),
        "lastSentAt": report.last_sent_at.isoformat() if report.last_sent_at else None,
    }
