"""For each alert what goes wrong, and the figure by which Prometheus learns of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from activities.metrics import Mirror, measure_lag
from api.outbox.hit import Hit, HitKind
from api.outbox.hit_counters import DropReason
from api.outbox.outbox import Outbox
from database.engine import Database, default_url
from database.mail import steps
from database.mail.senders import set_sender
from database.portal.webhooks import add_webhook
from database.rollout.check_reports import CheckReports
from database.rollout.control import set_control
from database.rollout.marks import set_pass, unmark
from database.rollout.policy import set_policy
from database.schema import webhook_delivery
from domain.doctor.checks import Check, Fault
from domain.instants import microseconds
from domain.status import InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailLimits, SenderState
from domain.tables.rollout import STUCK_CHECK, MailControl
from domain.tables.values import Json
from domain.tracking_list.reconciliation import REPORTED_AS
from domain.webhooks.records import Webhook
from tests.api.running import lazy_client
from tests.database.sending import send
from tests.database.values import MAILBOX, mail, object_id, person, put
from tests.telemetry.graph_faults import denied, graph_fails, no_sign_in, throttled
from tests.telemetry.scene import Scene

LONG_AGO = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A fault: how it comes about, and the figure that is told then; a counter by what it grew."""

    make: Callable[[Scene], Awaitable[None]]
    metric: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


async def _worker_gone(scene: Scene) -> None:
    await scene.seen(scene.worker, ago=timedelta(minutes=3))


async def _api_gone(scene: Scene) -> None:
    await scene.seen(scene.api, ago=timedelta(minutes=3))


async def _database_gone(scene: Scene) -> None:
    scene.database = Database(default_url(scene.folder / "nowhere"))


async def _temporal_gone(scene: Scene) -> None:
    scene.client = await lazy_client("127.0.0.1:1")


async def _outbox_unwritable(scene: Scene) -> None:
    (scene.folder / "file").touch()
    scene.outbox = Outbox(scene.folder / "file" / "hits.sqlite")
    scene.outbox.start()


def _click(*, ago: timedelta = timedelta()) -> Hit:
    event_id = str(uuid4())
    return Hit(
        kind=HitKind.CLICKED, event_id=event_id, subject=event_id, at=datetime.now(UTC) - ago
    )


async def _click_waits(scene: Scene) -> None:
    await scene.outbox.append(_click(ago=timedelta(hours=1)))


async def _outbox_fills(scene: Scene) -> None:
    scene.outbox = Outbox(scene.folder / "small.sqlite", capacity=10)
    scene.outbox.start()
    for _ in range(9):
        await scene.outbox.append(_click())


async def _click_lost(scene: Scene) -> None:
    scene.counters.note_dropped(HitKind.CLICKED, DropReason.OUTBOX)


async def _stuck(scene: Scene) -> None:
    await CheckReports(scene.database).keep(STUCK_CHECK, {"stuck": 2})


async def _mail_stopped(scene: Scene) -> None:
    async with scene.database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=True, since=datetime.now(UTC)))


async def _mailbox_paused(scene: Scene) -> None:
    now = datetime.now(UTC)
    async with scene.database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.PAUSED, now=now, reason="5.1.8")


async def _mail_late(scene: Scene) -> None:
    due_at = datetime.now(UTC) - LONG_AGO
    await put(scene.database, person(next_step=NextStep.INVITATION, due_at=due_at))


async def _budget_used_up(scene: Scene) -> None:
    async with scene.database.writing() as connection:
        limits = replace(scene.limits, per_day=2)
        await set_policy(connection, limits, now=datetime.now(UTC))
    for number in range(2):
        assert await send(scene.database, number, MailLimits(per_minute=10_000_000))


async def _mail_unconfirmed(scene: Scene) -> None:
    await put(scene.database, person())
    assert await send(scene.database, 0, MailLimits())
    now = datetime.now(UTC)
    async with scene.database.writing() as connection:
        await steps.unconfirmed(connection, mail(0).key, "one", now=now, outcome="in no folder")


async def _somebody_failed(scene: Scene) -> None:
    failed = person(attention=AttentionKind.FAILED, attention_since=datetime.now(UTC))
    await put(scene.database, failed)


async def _rows_late(scene: Scene) -> None:
    changed_at = microseconds(datetime.now(UTC) - timedelta(minutes=30))
    scene.in_activity().run(measure_lag, Mirror.LIST, changed_at)


async def _tables_incomplete(scene: Scene) -> None:
    async with scene.database.writing() as connection:
        await unmark(connection)


async def _rebuild_needed(scene: Scene) -> None:
    await _tables_incomplete(scene)
    await CheckReports(scene.database).keep(REPORTED_AS, {"rebuild": True})


async def _reconcile_late(scene: Scene) -> None:
    async with scene.database.writing() as connection:
        await set_pass(connection, REPORTED_AS, {}, now=datetime.now(UTC) - LONG_AGO)


async def _webhook_behind(scene: Scene) -> None:
    hook = Webhook(
        webhook_id=object_id(9),
        url="https://hooks.contoso.example/mfa",
        secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        created_by="Ada",
        created_at=datetime.now(UTC),
    )
    told = {"webhook_id": hook.webhook_id, "status": InviteStatus.SENT, "batch_id": "autumn"}
    waiting = [
        {**told, "revision": number, "object_id": object_id(number)} for number in range(1_001)
    ]
    async with scene.database.writing() as connection:
        await add_webhook(connection, hook)
        await connection.execute(webhook_delivery.insert(), waiting)


async def _fault_found(scene: Scene) -> None:
    fault: dict[str, Json] = {
        "check": Check.SENDER.value,
        "fault": next(iter(Fault)).value,
        "about": "1",
        "facts": {},
    }
    await scene.seen(replace(scene.worker, findings=[fault]))


_GRAPH = "mfa_rollout_graph_requests_total"

BREAKS: dict[str, Break] = {
    "MfaRolloutWorkerMissing": Break(
        make=_worker_gone, metric="mfa_rollout_processes", labels={"kind": "worker"}, value=0
    ),
    "MfaRolloutApiMissing": Break(
        make=_api_gone, metric="mfa_rollout_processes", labels={"kind": "api"}, value=0
    ),
    "MfaRolloutDatabaseUnavailable": Break(
        make=_database_gone, metric="mfa_rollout_database_up", value=0
    ),
    "MfaRolloutTemporalUnreachable": Break(
        make=_temporal_gone, metric="mfa_rollout_temporal_up", value=0
    ),
    "MfaRolloutOutboxUnwritable": Break(
        make=_outbox_unwritable, metric="mfa_rollout_outbox_up", value=0
    ),
    "MfaRolloutHitsWait": Break(
        make=_click_waits, metric="mfa_rollout_outbox_hits", labels={"lane": "click"}, value=1
    ),
    "MfaRolloutOutboxFills": Break(
        make=_outbox_fills, metric="mfa_rollout_outbox_hits", labels={"lane": "click"}, value=9
    ),
    "MfaRolloutClicksLost": Break(
        make=_click_lost,
        metric="mfa_rollout_hits_dropped_total",
        labels={"kind": "clicked", "reason": "outbox"},
        value=1,
    ),
    "MfaRolloutStuckWorkflows": Break(make=_stuck, metric="mfa_rollout_stuck_workflows", value=2),
    "MfaRolloutMailStopped": Break(make=_mail_stopped, metric="mfa_rollout_mail_stopped", value=1),
    "MfaRolloutMailboxBlocked": Break(
        make=_mailbox_paused,
        metric="mfa_rollout_mailbox_state",
        labels={"mailbox": "1", "state": "paused"},
        value=1,
    ),
    "MfaRolloutMailLate": Break(make=_mail_late, metric="mfa_rollout_mails_due", value=1),
    "MfaRolloutMailBudgetUsedUp": Break(
        make=_budget_used_up,
        metric="mfa_rollout_mailbox_mails_sent",
        labels={"mailbox": "1", "window": "day"},
        value=2,
    ),
    "MfaRolloutMailUnconfirmed": Break(
        make=_mail_unconfirmed,
        metric="mfa_rollout_attention",
        labels={"kind": "mail-unconfirmed"},
        value=1,
    ),
    "MfaRolloutNeedsAttention": Break(
        make=_somebody_failed,
        metric="mfa_rollout_attention",
        labels={"kind": "failed"},
        value=1,
    ),
    "MfaRolloutSignInRefused": Break(
        make=no_sign_in,
        metric="mfa_rollout_sign_ins_total",
        labels={"outcome": "refused"},
        value=1,
    ),
    "MfaRolloutGraphDenied": Break(
        make=denied, metric=_GRAPH, labels={"service": "directory", "outcome": "denied"}, value=4
    ),
    "MfaRolloutGraphUnavailable": Break(
        make=graph_fails,
        metric=_GRAPH,
        labels={"service": "directory", "outcome": "server_error"},
        value=1,
    ),
    "MfaRolloutGraphThrottled": Break(
        make=throttled,
        metric="mfa_rollout_graph_wait_seconds_total",
        labels={"service": "directory"},
        value=60,
    ),
    "MfaRolloutRowsLate": Break(
        make=_rows_late,
        metric="mfa_rollout_row_lag_seconds_bucket",
        labels={"mirror": "list", "le": "3600"},
        value=1,
    ),
    "MfaRolloutTablesIncomplete": Break(
        make=_tables_incomplete, metric="mfa_rollout_tables_complete", value=0
    ),
    "MfaRolloutRebuildNeeded": Break(
        make=_rebuild_needed, metric="mfa_rollout_rebuild_needed", value=1
    ),
    "MfaRolloutReconcileLate": Break(
        make=_reconcile_late, metric="mfa_rollout_tables_complete", value=1
    ),
    "MfaRolloutWebhooksBehind": Break(
        make=_webhook_behind, metric="mfa_rollout_webhook_messages", value=1_001
    ),
    "MfaRolloutFaults": Break(make=_fault_found, metric="mfa_rollout_faults", value=1),
}
