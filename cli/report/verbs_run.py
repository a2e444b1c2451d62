"""Sends reports, and adds, changes, lists and removes those that come again and again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from cli.audit.entry import audited
from cli.database import open_database
from cli.id_prefix import only_one
from cli.options import answer
from cli.output.tables import clock, said, table
from cli.report.languages import checked_language
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, fail, out, print_json
from client.portal import reports
from client.portal.report_json import report_json
from database.engine import Database
from database.portal.reports import read_reports
from domain.reports.interval import Interval, read_hour, read_weekday
from domain.reports.recipients import read_recipients
from domain.reports.records import ReportSchedule
from domain.reports.texts import interval_text
from domain.tables.audit import Actor, AuditAction
from settings import PolicySettings, load_settings

T = TypeVar("T")
DAILY = "daily"


async def send_now(
    to: list[str], *, language: str | None, reason: str | None, as_json: bool
) -> None:
    """Let a worker send one report."""
    actor = await acting()
    new = _new(actor, to, None, language)
    client = await connect_to_temporal()
    entry = audited(AuditAction.SEND_REPORT, actor=actor, reason=reason)
    async with entry, open_database() as database:
        await reports.send_once(client, database, new)
    answer(
        {"reportId": new.schedule_id, "recipients": list(new.recipients)},
        "The report is sent as soon as a worker gets to it.",
        as_json=as_json,
    )


async def send_one(begins: str, *, reason: str | None, as_json: bool) -> None:
    """Let a worker send a report that comes again and again, now."""
    client = await connect_to_temporal()
    async with open_database() as database:
        report = await _find(database, begins)
        async with audited(
            AuditAction.SEND_REPORT, reason=reason or f"report {report.schedule_id[:8]}"
        ):
            await reports.send_report(client, report.schedule_id, request_id=str(uuid4()))
    answer(
        {"reportId": report.schedule_id, "recipients": list(report.recipients)},
        "The report is sent as soon as a worker gets to it.",
        as_json=as_json,
    )


async def add_schedule(
    to: list[str],
    *,
    at: str,
    on: str | None,
    language: str | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Add a report that comes again and again."""
    weekday = _read("--on", on, read_weekday) if on else None
    interval = Interval(hour=_read("--at", at, read_hour), weekday=weekday)
    actor = await acting()
    new = _new(actor, to, interval, language)
    time_zone = load_settings(PolicySettings).time_zone
    client = await connect_to_temporal()
    entry = audited(AuditAction.SCHEDULE_REPORT, actor=actor, reason=reason)
    async with entry, open_database() as database:
        await reports.add_report(client, database, new, time_zone=time_zone)
    answer(
        report_json(new) | {"timeZone": time_zone},
        f"Report {new.schedule_id} comes {interval_text(interval)} ({time_zone}).",
        as_json=as_json,
    )


async def change_one(
    begins: str,
    *,
    to: list[str] | None,
    at: str | None,
    on: str | None,
    language: str | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Change what is given of a report that comes again and again."""
    hour = _read("--at", at, read_hour) if at else None
    weekday = _read("--on", on, read_weekday) if on and on.casefold() != DAILY else None
    recipients = _recipients(to) if to else None
    language = checked_language(language)
    time_zone = load_settings(PolicySettings).time_zone
    client = await connect_to_temporal()
    async with open_database() as database:
        report = await _find(database, begins)
        before = report.interval or Interval(hour=0)
        interval = Interval(
            hour=before.hour if hour is None else hour, weekday=weekday if on else before.weekday
        )
        changed = replace(
            report,
            interval=interval,
            recipients=recipients or report.recipients,
            language=language or report.language,
        )
        try:
            async with audited(AuditAction.CHANGE_REPORT, reason=reason):
                await reports.change_report(client, database, changed, time_zone=time_zone)
        except reports.ReportRemoved:
            fail("This report was removed meanwhile: nothing was changed.")
    answer(
        report_json(changed) | {"timeZone": time_zone},
        f"Report {changed.schedule_id} comes {interval_text(interval)} ({time_zone}).",
        as_json=as_json,
    )


async def list_all(*, as_json: bool) -> None:
    """Print the reports that come again and again."""
    async with open_database() as database, database.reading() as connection:
        known = await read_reports(connection)
    if as_json:
        print_json([report_json(one) for one in known])
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


async def remove_one(begins: str, *, reason: str | None, as_json: bool) -> None:
    """Remove a report and its schedule."""
    client = await connect_to_temporal()
    async with open_database() as database:
        report = await _find(database, begins)
        async with audited(AuditAction.REMOVE_REPORT, reason=reason):
            await reports.remove_report(client, database, report.schedule_id)
    answer(
        {"reportId": report.schedule_id, "removed": True},
        f"Report {report.schedule_id} is removed.",
        as_json=as_json,
    )


def _new(
    actor: Actor, to: list[str], interval: Interval | None, language: str | None
) -> ReportSchedule:
    return ReportSchedule(
        schedule_id=str(uuid4()),
        interval=interval,
        recipients=_recipients(to),
        language=checked_language(language),
        created_by=actor.name,
        created_by_id=actor.object_id,
        created_at=datetime.now(UTC),
    )


def _recipients(to: list[str]) -> tuple[str, ...]:
    try:
        return read_recipients(" ".join(to))
    except ValueError as error:
        fail(f"--to: {error}.", ExitStatus.USAGE)


def _read(option: str, text: str, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except ValueError as error:
        fail(f"{option} {text} {error}.", ExitStatus.USAGE)


async def _find(database: Database, begins: str) -> ReportSchedule:
    async with database.reading() as connection:
        known = await read_reports(connection)
    return only_one(
        known,
        begins,
        id_of=lambda one: one.schedule_id,
        noun="report",
        shown_by="mfa-rollout report list",
        made_by="mfa-rollout report schedule",
    )
