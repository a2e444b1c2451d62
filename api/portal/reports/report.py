"""One report by mail: what became of it, and sending, changing and removing it."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from api.portal.access import FormOf, Visitor, reason_in, request_id_in
from api.portal.reports.form import ONCE, ReportForm, form_of, report_form, shown_of
from api.portal.reports.reports import REPORTS, ReporterOf, choices
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.portal import reports
from database.portal.report_mails import read_report_runs
from database.portal.reports import read_report
from domain.reports.records import ReportSchedule
from domain.reports.texts import interval_text
from domain.tables.audit import AuditAction

router = APIRouter(include_in_schema=False)

_REPORT = f"{REPORTS}/{{schedule_id:uuid}}"
_CHANGED_MEANWHILE = (
    "Nothing was changed. The report has been changed since this page was loaded: "
    "the form shows it as it is now."
)


@router.get(_REPORT)
async def show_report(schedule_id: UUID, visitor: ReporterOf, portal: PortalOf) -> Response:
    """Show when a report comes, to whom, what became of the last ones, and its forms."""
    report = await _read(portal, schedule_id)
    if report is None:
        return await _no_report(visitor, portal)
    return await _page(visitor, portal, report, form_of(report))


@router.post(_REPORT)
async def change(
    schedule_id: UUID, visitor: ReporterOf, portal: PortalOf, form: FormOf
) -> Response:
    """Change when it comes, to whom, or in which language, unless it was changed meanwhile.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away, and nothing was changed.
    """
    report = await _read(portal, schedule_id)
    if report is None:
        return await _no_report(visitor, portal)
    filled = report_form(form)
    if _shown_in(form, report) != shown_of(report):
        if not _asks_for(report, filled):
            return await _page(visitor, portal, report, form_of(report), _CHANGED_MEANWHILE)
        return await _changed_page(visitor, portal, report)
    try:
        changed = _changed(report, filled)
    except ValueError as fault:
        return await _page(visitor, portal, report, filled, f"Nothing was changed. {fault}.")
    try:
        async with (
            audited(
                portal.database, visitor.actor, AuditAction.CHANGE_REPORT, reason=filled.reason
            ),
            calling_temporal(portal.config.answer_within + TO_RECORD),
        ):
            await reports.change_report(
                portal.client,
                portal.database,
                changed,
                time_zone=portal.config.time_zone,
                task_queue=portal.config.task_queue,
            )
    except reports.ReportRemoved:
        return await _no_report(visitor, portal)
    return await _changed_page(visitor, portal, report)


@router.post(f"{_REPORT}/send")
async def send(schedule_id: UUID, visitor: ReporterOf, portal: PortalOf, form: FormOf) -> Response:
    """Send it now, to its recipients; it comes at its usual time, too.

    What brings the id of a request that came before sends nothing more.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away.
    """
    report = await _read(portal, schedule_id)
    if report is None:
        return await _no_report(visitor, portal)
    reason = reason_in(form)
    if not reason:
        await visitor.tell("bad", "Nothing was done: a reason is missing.")
        return portal.go_to(f"{REPORTS}/{schedule_id}")
    request_id = request_id_in(form)
    async with (
        audited(
            portal.database,
            visitor.actor,
            AuditAction.SEND_REPORT,
            reason=f"report {report.schedule_id[:8]}; {reason}",
            request_id=request_id,
        ),
        calling_temporal(portal.config.answer_within + TO_RECORD),
    ):
        await reports.send_report(
            portal.client,
            report.schedule_id,
            request_id=request_id,
            task_queue=portal.config.task_queue,
        )
    await visitor.tell("busy", "The report is sent as soon as a worker gets to it.")
    return portal.go_to(f"{REPORTS}/{schedule_id}")


@router.post(f"{_REPORT}/remove")
async def remove(
    schedule_id: UUID, visitor: ReporterOf, portal: PortalOf, form: FormOf
) -> Response:
    """Remove it; while Temporal is away its schedule stays, and does nothing.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
    """
    report = await _read(portal, schedule_id)
    if report is None:
        return await _no_report(visitor, portal)
    reason = reason_in(form)
    if not reason:
        await visitor.tell("bad", "Nothing was done: a reason is missing.")
        return portal.go_to(f"{REPORTS}/{schedule_id}")
    try:
        async with (
            audited(portal.database, visitor.actor, AuditAction.REMOVE_REPORT, reason=reason),
            calling_temporal(portal.config.answer_within + TO_RECORD),
        ):
            await reports.remove_report(portal.client, portal.database, report.schedule_id)
    except TemporalUnreachable:
        told = "The report is removed. Temporal is away: a worker that starts deletes its schedule."
        await visitor.tell("busy", told)
    else:
        await visitor.tell("good", "The report is removed.")
    return portal.go_to(REPORTS)


def _shown_in(form: FormData, report: ReportSchedule) -> str:
    """Return what the form showed; browsers send its lines with CR and LF."""
    return str(form.get("shown", shown_of(report))).replace("\r\n", "\n")


def _changed(report: ReportSchedule, filled: ReportForm) -> ReportSchedule:
    recipients = filled.read_recipients()
    if not filled.reason:
        raise ValueError("A reason is missing")
    if filled.often == ONCE:
        raise ValueError("Say on which days the report comes")
    return replace(
        report,
        interval=filled.interval,
        recipients=recipients,
        language=filled.language or None,
    )


def _asks_for(report: ReportSchedule, filled: ReportForm) -> bool:
    """Say whether a form that is sent once more has done its work: the report is as it asks."""
    try:
        return _changed(report, filled) == report
    except ValueError:
        return False


async def _changed_page(visitor: Visitor, portal: Portal, report: ReportSchedule) -> Response:
    await visitor.tell("good", "The report was changed.")
    return portal.go_to(f"{REPORTS}/{report.schedule_id}")


async def _read(portal: Portal, schedule_id: UUID) -> ReportSchedule | None:
    """Return a report that comes again and again; one that comes once has no page."""
    async with portal.database.reading() as connection:
        report = await read_report(connection, str(schedule_id))
    return report if report is not None and report.interval is not None else None


async def _page(
    visitor: Visitor,
    portal: Portal,
    report: ReportSchedule,
    filled: ReportForm,
    fault: str | None = None,
) -> Response:
    async with portal.database.reading() as connection:
        runs = await read_report_runs(connection, report.schedule_id)
    interval = report.interval
    if interval is None:
        return await _no_report(visitor, portal)
    zone = ZoneInfo(portal.config.time_zone)
    return await portal.pages.page(
        visitor,
        "reports/report",
        title=f"Report {interval_text(interval)}",
        section="settings",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        report=report,
        next_day=interval.next_at(datetime.now(UTC), zone).astimezone(zone).date(),
        runs=runs,
        filled=filled,
        fault=fault,
        request_id=str(uuid4()),
        shown=shown_of(report),
        **choices(portal),
    )


async def _no_report(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "reports/no_report",
        title="There is no such report",
        section="settings",
        status=HTTPStatus.NOT_FOUND,
    )
