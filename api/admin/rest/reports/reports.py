"""Reports by mail: listed, added, changed, removed, and sent at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Path

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import body_of, problems, rest_router
from api.admin.rest.reports.models import (
    DAILY,
    ChangedReportModel,
    OneReportModel,
    RemovedReportModel,
    ReportModel,
    ReportRunModel,
    ReportsModel,
    SendingModel,
    WantedOnceModel,
    WantedReportModel,
)
from api.admin.rest.request import Asked, AskedOf, ReasonModel
from api.admin.rest.tables import TablesOf
from api.services import ServicesOf
from api.temporal_calls import TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.portal import reports
from client.portal.report_json import report_json
from database.engine import Database
from database.portal.report_mails import ReportRun, read_report_runs
from database.portal.reports import read_report, read_reports
from domain.portal.roles import Permission
from domain.reports.interval import Interval, read_hour
from domain.reports.records import ReportSchedule
from domain.tables.audit import AuditAction

router = rest_router("reports")

REPORTS = "/api/reports"
REPORT = REPORTS + "/{reportId}"
ReportId = Annotated[UUID, Path(alias="reportId", description="`reportId` of the report.")]
ReporterOf = Annotated[Caller, Depends(allowed(Permission.REPORTS))]
"""Somebody who may decide on reports by mail."""


@router.get(REPORTS, operation_id="listReports")
async def list_reports(_: ReporterOf, tables: TablesOf) -> ReportsModel:
    """List the reports that come again and again."""
    async with tables.reading() as connection:
        known = await read_reports(connection)
    return ReportsModel(reports=[_model(one) for one in known])


@router.get(REPORT, operation_id="showReport", responses=problems(404))
async def show_report(
    report_id: ReportId, _: ReporterOf, services: ServicesOf, tables: TablesOf
) -> OneReportModel:
    """Tell when a report comes, to whom, and what became of the last ones."""
    report, interval = await _read(tables, report_id)
    async with tables.reading() as connection:
        runs = await read_report_runs(connection, report.schedule_id)
    next_at = interval.next_at(datetime.now(UTC), ZoneInfo(services.config.time_zone))
    told = report_json(report) | {"nextAt": next_at, "runs": [_run(one) for one in runs]}
    return OneReportModel.model_validate(told)


@router.post(
    REPORTS,
    operation_id="addReport",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": ReportModel, "description": "It was added earlier; it is as it is now."},
        **problems(413),
    },
    openapi_extra=body_of(WantedReportModel),
)
async def add(caller: ReporterOf, asked: AskedOf) -> ReportModel:
    """Send a report every day, or every week, from now on."""
    wanted = await asked.body(WantedReportModel)
    new = _new(asked, caller, wanted, _interval(wanted.at, wanted.on))
    async with asked.tables.reading() as connection:
        known = await read_report(connection, new.schedule_id)
    if known is not None:
        asked.response.status_code = HTTPStatus.OK
        return _model(known)
    config = asked.services.config
    async with _changing(
        asked, caller, AuditAction.SCHEDULE_REPORT, wanted.reason, new.schedule_id
    ):
        await reports.add_report(
            asked.services.client,
            asked.tables,
            new,
            time_zone=config.time_zone,
            task_queue=config.task_queue,
        )
    asked.response.headers["Location"] = f"{config.root_path}{REPORTS}/{new.schedule_id}"
    return _model(new)


@router.post(
    REPORTS + "/send",
    operation_id="sendReportOnce",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(413),
    openapi_extra=body_of(WantedOnceModel),
)
async def send_once(caller: ReporterOf, asked: AskedOf) -> SendingModel:
    """Send one report now, also while mail to people is stopped; it comes this once."""
    wanted = await asked.body(WantedOnceModel)
    new = _new(asked, caller, wanted, None)
    async with _changing(asked, caller, AuditAction.SEND_REPORT, wanted.reason, new.schedule_id):
        await reports.send_once(
            asked.services.client,
            asked.tables,
            new,
            task_queue=asked.services.config.task_queue,
        )
    return SendingModel(report_id=new.schedule_id, recipients=list(new.recipients))


@router.post(
    REPORT + "/send",
    operation_id="sendReport",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(404, 413),
    openapi_extra=body_of(ReasonModel),
)
async def send(report_id: ReportId, caller: ReporterOf, asked: AskedOf) -> SendingModel:
    """Send a report now, to its recipients; it comes at its usual time, too."""
    wanted = await asked.body(ReasonModel)
    report, _ = await _read(asked.tables, report_id)
    request_id = asked.request_id(caller, f"send report {report.schedule_id}")
    async with _changing(asked, caller, AuditAction.SEND_REPORT, wanted.reason, request_id):
        await reports.send_report(
            asked.services.client,
            report.schedule_id,
            request_id=request_id,
            task_queue=asked.services.config.task_queue,
        )
    return SendingModel(report_id=report.schedule_id, recipients=list(report.recipients))


@router.post(
    REPORT + "/change",
    operation_id="changeReport",
    responses=problems(404, 413),
    openapi_extra=body_of(ChangedReportModel),
)
async def change(report_id: ReportId, caller: ReporterOf, asked: AskedOf) -> ReportModel:
    """Change when a report comes, to whom, or its language; what isn't given stays."""
    wanted = await asked.body(ChangedReportModel)
    report, before = await _read(asked.tables, report_id)
    changed = replace(
        report,
        interval=_interval(
            wanted.at or f"{before.hour:02}:00", wanted.on or before.weekday or DAILY
        ),
        recipients=tuple(wanted.recipients or report.recipients),
        language=wanted.language or report.language,
    )
    config = asked.services.config
    try:
        async with _changing(asked, caller, AuditAction.CHANGE_REPORT, wanted.reason):
            await reports.change_report(
                asked.services.client,
                asked.tables,
                changed,
                time_zone=config.time_zone,
                task_queue=config.task_queue,
            )
    except reports.ReportRemoved:
        raise _no_such_report() from None
    return _model(changed)


@router.post(
    REPORT + "/remove",
    operation_id="removeReport",
    responses={
        202: {
            "model": RemovedReportModel,
            "description": "Removed; Temporal is away, and a worker that starts deletes its "
            "schedule.",
        },
        **problems(404, 413),
    },
    openapi_extra=body_of(ReasonModel),
)
async def remove(report_id: ReportId, caller: ReporterOf, asked: AskedOf) -> RemovedReportModel:
    """Stop sending a report."""
    wanted = await asked.body(ReasonModel)
    report, _ = await _read(asked.tables, report_id)
    try:
        async with _changing(asked, caller, AuditAction.REMOVE_REPORT, wanted.reason):
            await reports.remove_report(asked.services.client, asked.tables, report.schedule_id)
    except TemporalUnreachable:
        asked.response.status_code = HTTPStatus.ACCEPTED
    return RemovedReportModel(report_id=report.schedule_id, removed=True)


@asynccontextmanager
async def _changing(
    asked: Asked,
    caller: Caller,
    action: AuditAction,
    reason: str,
    request_id: str | None = None,
) -> AsyncIterator[None]:
    """Bound a change in time, and write it to the audit log, once for a request with an id."""
    async with (
        audited(
            asked.tables,
            asked.actor(caller),
            action,
            reason=reason,
            request_id=request_id,
        ),
        calling_temporal(asked.within),
    ):
        yield


def _new(
    asked: Asked, caller: Caller, wanted: WantedOnceModel, interval: Interval | None
) -> ReportSchedule:
    actor = asked.actor(caller)
    wish = (str(interval), *wanted.recipients, str(wanted.language))
    return ReportSchedule(
        schedule_id=asked.request_id(caller, f"report {' '.join(wish)}"),
        interval=interval,
        recipients=tuple(wanted.recipients),
        language=wanted.language,
        created_by=actor.name,
        created_by_id=actor.object_id,
        created_at=datetime.now(UTC),
    )


def _interval(at: str, on: str) -> Interval:
    return Interval(hour=read_hour(at), weekday=None if on == DAILY else on)


async def _read(tables: Database, report_id: UUID) -> tuple[ReportSchedule, Interval]:
    """Return a report that comes again and again, and when.

    Raises:
        HTTPException: 404, there is none; one that comes once is not looked at.
    """
    async with tables.reading() as connection:
        report = await read_report(connection, str(report_id))
    if report is None or report.interval is None:
        raise _no_such_report()
    return report, report.interval


def _no_such_report() -> HTTPException:
    return HTTPException(HTTPStatus.NOT_FOUND, "No report has this id.")


def _model(report: ReportSchedule) -> ReportModel:
    return ReportModel.model_validate(report_json(report))


def _run(run: ReportRun) -> ReportRunModel:
    return ReportRunModel(
        at=run.at,
        mails=len(run.states),
        sent=run.sent,
        failed=run.failed,
        outcomes=list(run.outcomes),
    )
