"""Prints the report as it would be sent now."""

from datetime import UTC, datetime

import typer

from cli.database import open_database
from cli.report.languages import checked_language
from cli.terminal import print_json
from client.portal.report_now import ReportSettings, read_report_now, report_now_json
from settings import PreviewSettings, load_settings
from worker.mail import report_composer


async def show_report(*, language: str | None, as_json: bool) -> None:
    """Print the report: compared with the last one that was sent to anybody.

    Raises:
        SettingsError: settings are missing or wrong.
        DatabaseError: the tables can't be read.
    """
    language = checked_language(language)
    settings = load_settings(PreviewSettings)
    composer = report_composer(settings)
    asked = ReportSettings(
        time_zone=settings.time_zone,
        deadline=settings.enrolment_deadline,
        demo_calendar=settings.demo_calendar,
        portal_url=composer.portal_url,
        default_language=settings.branding.default_language,
    )
    async with open_database() as database:
        content = await read_report_now(database, asked, datetime.now(UTC), language)
    mail = composer.renderer.render(content)
    if as_json:
        print_json(report_now_json(content, mail))
    else:
        typer.echo(mail.text, nl=False)
