"""The reports by mail, and a new one."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Response

from api.mails.samples import LANGUAGE_NAMES
from api.portal.access import FormOf, Visitor, allowed, request_id_in
from api.portal.paths import PORTAL
from api.portal.reports.form import HOURS, ReportForm, report_form
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import audited
from client.portal import reports
from database.portal.report_mails import read_report_runs
from database.portal.reports import read_report, read_reports
from domain.enrolment.messages import LONGEST_REASON
from domain.portal.roles import Permission
from domain.reports.records import ReportSchedule
from domain.reports.texts import DAYS, interval_text
from domain.tables.audit import AuditAction

router = APIRouter(include_in_schema=False)

REPORTS = f"{PORTAL}/settings/reports"
ReporterOf = Annotated[Visitor, Depends(allowed(Permission.REPORTS))]
"""Somebody who may decide on reports by mail."""


@router.get(REPORTS)
async def show_reports(visitor: ReporterOf, portal: PortalOf) -> Response:
    """Show the reports, what became of the last of each, and the form for a new one."""
    return await _page(visitor, portal, ReportForm(recipients=visitor.session.login))


@router.post(REPORTS)
async def add(visitor: ReporterOf, portal: PortalOf, form: FormOf) -> Response:
    """Add a report, or send one now that comes this once.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away, and nothing was added.
    """
    filled = report_form(form)
    schedule_id = request_id_in(form)
    try:
        new = _new(filled, schedule_id, visitor)
    except ValueError as fault:
        return await _page(visitor, portal, filled, f"Nothing was done. {fault}.")
    async with portal.database.reading() as connection:
        if await read_report(connection, schedule_id) is not None:
            # The same form once more.
            return portal.go_to(REPORTS)
    action = AuditAction.SEND_REPORT if new.interval is None else AuditAction.SCHEDULE_REPORT
    async with (
        audited(
            portal.database,
            visitor.actor,
            action,
            reason=filled.reason,
            request_id=schedule_id,
        ),
        calling_temporal(portal.config.answer_within + TO_RECORD),
    ):
        if new.interval is None:
            is_new = await reports.send_once(
                portal.client, portal.database, new, task_queue=portal.config.task_queue
            )
        else:
            is_new = await reports.add_report(
                portal.client,
                portal.database,
                new,
                time_zone=portal.config.time_zone,
                task_queue=portal.config.task_queue,
            )
    if not is_new:
        # The same form came while this one was under way, and has been answered.
        return portal.go_to(REPORTS)
    if new.interval is None:
        await visitor.tell("busy", "The report is sent as soon as a worker gets to it.")
    else:
        await visitor.tell("good", f"The report comes {interval_text(new.interval)}.")
    return portal.go_to(REPORTS)


def _new(filled: ReportForm, schedule_id: str, visitor: Visitor) -> ReportSchedule:
    recipients = filled.read_recipients()
    if not filled.reason:
        raise ValueError("A reason is missing")
    return ReportSchedule(
        schedule_id=schedule_id,
        interval=filled.interval,
        recipients=recipients,
        language=filled.language or None,
        created_by=visitor.session.actor_name,
        created_by_id=visitor.session.actor_id,
        created_at=datetime.now(UTC),
    )


async def _page(
    visitor: Visitor, portal: Portal, filled: ReportForm, fault: str | None = None
) -> Response:
    now, zone = datetime.now(UTC), ZoneInfo(portal.config.time_zone)
    async with portal.database.reading() as connection:
        known = await read_reports(connection)
        runs = [await read_report_runs(connection, one.schedule_id, 1) for one in known]
    return await portal.pages.page(
        visitor,
        "reports/reports",
        title="Reports by mail",
        section="settings",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        reports=[
            (
                one,
                interval_text(one.interval),
                one.interval.next_at(now, zone).astimezone(zone).date(),
                ran,
            )
            for one, ran in zip(known, runs, strict=True)
            if one.interval is not None
        ],
        filled=filled,
        fault=fault,
        request_id=str(uuid4()),
        **choices(portal),
    )


def choices(portal: Portal) -> dict[str, object]:
    """Return what a report's form offers."""
    return {
        "here": REPORTS,
        "days": DAYS,
        "hours": HOURS,
        "languages": LANGUAGE_NAMES,
        "usual_language": portal.config.branding.default_language,
        "time_zone": portal.config.time_zone,
        "longest": LONGEST_REASON,
    }
