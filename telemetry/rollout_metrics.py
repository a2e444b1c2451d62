"""The rollout's own figures, as our tables have them: people, mails, processes, checks.

Every process that is measured tells them, each as it reads them: take the ``max`` over processes,
never the sum.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from client.people.rollout import read_rollout
from database.engine import Database
from database.figures.attention import count_attention
from database.figures.counts import count_people
from database.portal.webhooks import count_pending
from database.rollout.marks import marked_complete_at, read_passes
from database.rollout.processes import read_processes
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER
from telemetry import families
from telemetry.mail_metrics import read_mail_metrics

KEPT_FOR = timedelta(seconds=10)
"""However many ask, the tables are read this often at most."""

READ_WITHIN = timedelta(seconds=5)

log = structlog.get_logger(__name__)


class RolloutMetrics:
    """Reads the figures of one instant, and says whether the tables could be read."""

    def __init__(
        self,
        database: Database,
        sender_mailboxes: Sequence[str],
        *,
        kept_for: timedelta = KEPT_FOR,
        within: timedelta = READ_WITHIN,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read this database; a mailbox is told by its place among ``sender_mailboxes``.

        Figures are ``kept_for`` so long; reading them is given up ``within`` its own.
        """
        self._database = database
        self._mailboxes = sender_mailboxes
        self._kept_for = kept_for.total_seconds()
        self._within = within.total_seconds()
        self._clock = clock
        self._lock = asyncio.Lock()
        self._last: list[Metric] = []
        self._until = 0.0
        self._failing = False

    async def __call__(self) -> list[Metric]:
        """Return the figures; where the tables can't be read, only that it is so."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._last = await self._read_or_say_why_not()
                self._until = time.monotonic() + self._kept_for
            return self._last

    async def _read_or_say_why_not(self) -> list[Metric]:
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._within):
                read = await self._read()
        except Exception as failure:  # noqa: BLE001 - what can't be read is itself a figure
            if not self._failing:
                log.warning("figures not read", reason=type(failure).__name__)
            self._failing = True
            return [_up(is_up=False)]
        self._failing = False
        took = GaugeMetricFamily(
            "mfa_rollout_figures_read_seconds",
            "Time that the last reading of these figures took.",
            value=time.monotonic() - begun,
        )
        return [_up(is_up=True), took, *read]

    async def _read(self) -> list[Metric]:
        now = self._clock()
        async with self._database.reading() as connection:
            rollout = await read_rollout(connection, now)
            since = now - WORKER_MISSING_AFTER
            return [
                *families.people(await count_people(connection)),
                families.attention(await count_attention(connection, rollout.attention_at(now))),
                *await read_mail_metrics(connection, self._mailboxes, rollout, now),
                *families.processes(await read_processes(connection, since=since), rollout),
                *families.tables(
                    await marked_complete_at(connection), await read_passes(connection), rollout
                ),
                families.webhooks(await count_pending(connection)),
            ]


def _up(*, is_up: bool) -> Metric:
    return GaugeMetricFamily(
        "mfa_rollout_database_up",
        "Whether the process can read our own tables: 1, or 0.",
        value=float(is_up),
    )
