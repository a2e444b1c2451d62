"""Prints the report as it would be sent now."""

from datetime import UTC, datetime

import typer

from cli.database import open_database
from cli.output.tables import iso
from cli.report.languages import checked_language
from cli.terminal import print_json
from database.portal.reports import last_sent, read_figures, read_reports, read_situation
from domain.reports.figures import as_json as figures_json
from domain.reports.records import ReportContent
from settings import PreviewSettings, demo_calendar, load_settings
from worker.mail import report_composer


async def show_report(*, language: str | None, as_json: bool) -> None:
    """Print the report: compared with the last one that was sent to anybody.

    Raises:
        SettingsError: settings are missing or wrong.
        DatabaseError: the tables can't be read.
    """
    language = checked_language(language)
    async with open_database() as database, database.reading() as connection:
        now = datetime.now(UTC)
        figures = await read_figures(connection, now)
        situation = await read_situation(connection, now, calendar=demo_calendar())
        last = last_sent(await read_reports(connection))
    before = last.last_figures if last else None
    if as_json:
        head = situation.head
        print_json(
            {
                "at": iso(now),
                "figures": figures_json(figures),
                "before": figures_json(before) if before else None,
                "beforeAt": iso(last.last_sent_at) if last else None,
                "auditHead": f"{head.number}:{head.hash}",
            }
        )
        return
    settings = load_settings(PreviewSettings)
    composer = report_composer(settings)
    content = ReportContent(
        figures=figures,
        before=before,
        before_at=last.last_sent_at if last else None,
        situation=situation,
        at=now,
        language=language,
        time_zone=settings.time_zone,
        deadline=settings.enrolment_deadline,
        demo_calendar=settings.demo_calendar,
        portal_url=composer.portal_url,
    )
    typer.echo(composer.renderer.render(content).text, nl=False)
