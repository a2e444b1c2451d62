"""A rollout of which one thing after the other can go wrong, and what its processes then tell."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from api.circuit_breaker import breaker_of
from api.outbox.hit_counters import HitCounters
from api.outbox.metrics import ApiMetrics
from api.outbox.outbox import Outbox
from api.readiness import Readiness, outbox_is_writable, temporal_answers
from database.engine import Database
from database.rollout.check_reports import CheckReports
from database.rollout.marks import mark_complete
from database.rollout.policy import set_policy
from database.rollout.processes import report_process
from domain.tables.rollout import STUCK_CHECK, Process, ProcessKind
from domain.tables.sending import LimitsInForce
from domain.tracking_list.reconciliation import REPORTED_AS
from graph.http.client import GraphClient
from graph.http.retries import ONE_TRY
from graph.http.transport import open_exchange
from telemetry.rollout_metrics import RolloutMetrics
from telemetry.sdk_metrics import SdkMetrics
from tests.database.values import MAILBOX
from tests.graph.conftest import NumberedTokens
from tests.graph.http.peer import Peer, scripted_peer
from tests.telemetry.scrape import PATIENT, Scrape, scraped


def _process(kind: ProcessKind) -> Process:
    now = datetime.now(UTC)
    return Process(
        process_id=str(uuid4()), kind=kind, version="1", started_at=now, last_seen_at=now
    )


@dataclass(kw_only=True)
class Scene:
    """A worker and an API that both are in order, with nobody enrolled; a fault changes a part."""

    folder: Path
    database: Database
    client: Client
    outbox: Outbox
    graph: GraphClient
    peer: Peer
    sdk: SdkMetrics | None
    counters: HitCounters = field(default_factory=HitCounters)
    worker: Process = field(default_factory=lambda: _process(ProcessKind.WORKER))
    api: Process = field(default_factory=lambda: _process(ProcessKind.API))
    limits: LimitsInForce = LimitsInForce(per_minute=25, per_hour=350, per_day=750)  # noqa: RUF009

    async def set_up(self) -> None:
        """Let both processes run, the tables be complete, and each check have found nothing."""
        await self.seen(self.worker)
        await self.seen(self.api)
        now = datetime.now(UTC)
        async with self.database.writing() as connection:
            await mark_complete(connection, now=now)
            await set_policy(connection, self.limits, now=now)
        checks = CheckReports(self.database)
        await checks.keep(REPORTED_AS, {"rebuild": False})
        await checks.keep(STUCK_CHECK, {"stuck": 0})

    async def seen(self, process: Process, *, ago: timedelta = timedelta()) -> None:
        """Let a process have reported itself so long ago."""
        reported = replace(process, last_seen_at=datetime.now(UTC) - ago)
        async with self.database.writing() as connection:
            await report_process(connection, reported)

    async def scraped(self) -> Scrape:
        """Read what both processes tell."""
        breaker = breaker_of(self.client)
        ready = Readiness(temporal_answers(self.client, breaker), outbox_is_writable(self.outbox))
        try:
            return await scraped(
                RolloutMetrics(self.database, [MAILBOX], within=PATIENT),
                ApiMetrics(self.outbox, self.counters, ready),
                sdk=self.sdk,
            )
        finally:
            await breaker.close()

    def in_activity(self) -> ActivityEnvironment:
        """Return where activities run whose figures the SDK tells."""
        environment = ActivityEnvironment()
        if self.sdk is not None:
            environment.metric_meter = self.sdk.runtime.metric_meter
        return environment


@asynccontextmanager
async def in_order(
    database: Database, client: Client, folder: Path, sdk: SdkMetrics | None = None
) -> AsyncIterator[Scene]:
    """Give a rollout that is in order."""
    outbox = Outbox(folder / "outbox" / "hits.sqlite")
    async with AsyncExitStack() as stack:
        peer = await stack.enter_async_context(scripted_peer())
        http = await stack.enter_async_context(open_exchange())
        graph = GraphClient(http, f"{peer.origin}/v1.0", NumberedTokens(), patience=ONE_TRY)
        scene = Scene(
            folder=folder,
            database=database,
            client=client,
            outbox=outbox,
            graph=graph,
            peer=peer,
            sdk=sdk,
        )
        outbox.start()
        stack.push_async_callback(outbox.close)
        await scene.set_up()
        yield scene
        if scene.outbox is not outbox:
            await scene.outbox.close()
        if scene.database is not database:
            await scene.database.close()
