"""Runs the worker: checks what it needs in the tenant, then polls every queue until stopped."""

import asyncio
import logging
from contextlib import AsyncExitStack
from functools import partial

from temporalio.client import Client

from client.doctor.sender_checks import SenderChecks
from client.mail_switch import renew_switch
from client.portal.row_schedules import ensure_row_schedules
from client.schedules import ensure_schedules
from database.engine import database_at
from database.rollout.heartbeat import heartbeat
from database.schema_version import check
from domain.identifiers import TASK_QUEUE
from domain.tables.rollout import ProcessKind
from graph.group_search import check_excluded_group
from graph.groups import EnforcementGroup
from graph.tracking_list import TrackingList
from settings import WorkerSettings
from telemetry.metrics_port import MetricsPort, serving_metrics
from telemetry.rollout_metrics import RolloutMetrics
from worker.build import build_workers
from worker.graph import open_graph
from worker.report import report

log = logging.getLogger(__name__)


async def run_worker(
    client: Client,
    settings: WorkerSettings,
    stop: asyncio.Event,
    *,
    metrics: MetricsPort | None = None,
) -> None:
    """Work until ``stop`` is set, then finish what is under way, 10 seconds at most.

    Before the first task is taken, groups, list and tables are looked at, so that a wrong id, a
    missing permission or an older schema ends the process with a message and not thousands of
    enrolments; of an excluded group that isn't there nobody would be in. Mailboxes that it may not
    use yet are told of and looked at again. While it works, it reports itself in the tables, and to
    Prometheus where there is a port for that.

    Raises:
        PermanentFailure: configuration or permissions need fixing first.
        RPCError: Temporal refuses.
    """
    if settings.simulation:
        log.warning("simulated tenant", extra={"meaning": settings.simulation})
    async with AsyncExitStack() as stack:
        graph = await stack.enter_async_context(open_graph(settings))
        await EnforcementGroup(graph, settings.enforcement_group_id).check()
        if settings.excluded_group_id is not None:
            await check_excluded_group(graph, settings.excluded_group_id)
        await TrackingList(graph, settings.site_id, settings.list_id).check()
        await ensure_schedules(client)
        await renew_switch(client)
        database = database_at(settings.database_address, settings.data_dir)
        stack.push_async_callback(database.close)
        await check(database)
        await ensure_row_schedules(client, database, time_zone=settings.time_zone)
        for worker in build_workers(client, graph, database, settings):
            await stack.enter_async_context(worker)
        senders = SenderChecks(graph, settings.sender_mailboxes, client_id=settings.client_id)
        await stack.enter_async_context(senders.running())
        beside = partial(report, client, database, settings)
        reports = heartbeat(
            database, ProcessKind.WORKER, beside=beside, findings=lambda: senders.findings
        )
        await stack.enter_async_context(reports)
        figures = RolloutMetrics(database, settings.sender_mailboxes)
        await stack.enter_async_context(serving_metrics(metrics, figures))
        log.info("worker ready", extra={"task_queue": TASK_QUEUE})
        await stop.wait()
