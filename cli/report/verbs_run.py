"""Sends reports, and adds, lists and removes those that come again and again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from cli.audit.entry import audited
from cli.database import open_database
from cli.people.tables import clock, iso, said, table
from cli.report.languages import checked_language
from cli.sign_in.identity import this_login
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, fail, out, print_json
from client.portal import reports
from database.engine import Database
from database.portal.reports import read_reports
from domain.reports.interval import Interval, read_hour, read_weekday
from domain.reports.recipients import read_recipients
from domain.reports.records import ReportSchedule
from domain.reports.texts import interval_text
from domain.tables.audit import AuditAction
from settings import PolicySettings, load_settings

T = TypeVar("T")


async def send_now(to: list[str], *, language: str | None, reason: str | None) -> None:
    """Let a worker send one report."""
    new = _new(to, None, language)
    client = await connect_to_temporal()
    async with audited(AuditAction.SEND_REPORT, reason=reason), open_database() as database:
        await reports.send_once(client, database, new)
    out.print("The report is sent as soon as a worker comes to it.", soft_wrap=True)


async def add_schedule(
    to: list[str], *, at: str, on: str | None, language: str | None, reason: str | None
) -> None:
    """Add a report that comes again and again."""
    weekday = _read("--on", on, read_weekday) if on else None
    interval = Interval(hour=_read("--at", at, read_hour), weekday=weekday)
    new = _new(to, interval, language)
    time_zone = load_settings(PolicySettings).time_zone
    client = await connect_to_temporal()
    async with audited(AuditAction.SCHEDULE_REPORT, reason=reason), open_database() as database:
        await reports.add_report(client, database, new, time_zone=time_zone)
    when = interval_text(interval)
    out.print(f"Report {new.schedule_id} comes {when} ({time_zone}).", soft_wrap=True)


async def list_all(*, as_json: bool) -> None:
    """Print the reports that come again and again."""
    async with open_database() as database, database.reading() as connection:
        known = await read_reports(connection)
    if as_json:
        print_json([_as_json(one) for one in known])
        return
    if not known:
        out.print("There are no reports: `mfa-rollout report schedule --to ADDRESS` adds one.")
        return
    listed = table("Id", "When", "To", "Language", "Last sent")
    for one in known:
        listed.add_row(
            one.schedule_id[:8],
            interval_text(one.interval) if one.interval else "",
            said(", ".join(one.recipients)),
            one.language or "default",
            clock(one.last_sent_at) if one.last_sent_at else "never",
        )
    out.print(listed)


async def remove_one(begins: str, *, reason: str | None) -> None:
    """Remove a report and its schedule."""
    client = await connect_to_temporal()
    async with open_database() as database:
        report = await _find(database, begins)
        async with audited(AuditAction.REMOVE_REPORT, reason=reason):
            await reports.remove_report(client, database, report.schedule_id)
    out.print(f"Report {report.schedule_id} comes no more.", soft_wrap=True)


def _new(to: list[str], interval: Interval | None, language: str | None) -> ReportSchedule:
    try:
        recipients = read_recipients(" ".join(to))
    except ValueError as error:
        fail(f"--to: {error}.", ExitStatus.USAGE)
    return ReportSchedule(
        schedule_id=str(uuid4()),
        interval=interval,
        recipients=recipients,
        language=checked_language(language),
        created_by=this_login().name,
        created_at=datetime.now(UTC),
    )


def _read(option: str, text: str, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except ValueError as error:
        fail(f"{option} {text} {error}.", ExitStatus.USAGE)


async def _find(database: Database, begins: str) -> ReportSchedule:
    async with database.reading() as connection:
        known = await read_reports(connection)
    found = [one for one in known if one.schedule_id.startswith(begins.casefold())]
    if not found:
        fail("There is no such report: `mfa-rollout report list`.", ExitStatus.USAGE)
    if len(found) > 1:
        fail("Several reports' ids begin so: write more of it.", ExitStatus.USAGE)
    return found[0]


def _as_json(report: ReportSchedule) -> dict[str, object]:
    return {
        "reportId": report.schedule_id,
        "interval": str(report.interval),
        "recipients": list(report.recipients),
        "language": report.language,
        "createdBy": report.created_by,
        "createdAt": iso(report.created_at),
        "lastSentAt": iso(report.last_sent_at),
    }
