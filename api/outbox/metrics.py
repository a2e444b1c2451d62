"""What the public side tells Prometheus: its outbox, and whether it reaches Temporal."""

from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import HitKind, LaneState
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox
from api.readiness import OK, Readiness


class ApiMetrics:
    """Reads how many hits wait in each lane, since when, what was lost, and what is away."""

    def __init__(self, outbox: Outbox, counters: HitCounters, readiness: Readiness) -> None:
        """Read from these parts of one application."""
        self._outbox = outbox
        self._counters = counters
        self._readiness = readiness

    async def __call__(self) -> list[Metric]:
        """Return the figures; those of lanes are left out while the outbox can't be read."""
        temporal, outbox = await self._readiness.look()
        found = [
            _is_ok(
                "mfa_rollout_temporal_up", "Whether the API reaches Temporal: 1, or 0.", temporal
            ),
            _is_ok(
                "mfa_rollout_outbox_up",
                "Whether the API can keep a click in its outbox: 1, or 0.",
                outbox,
            ),
            *self._counted(),
        ]
        try:
            lanes = await self._outbox.lanes()
        except StorageUnavailable:
            return found
        return [*found, *_of_lanes(lanes)]

    def _counted(self) -> list[Metric]:
        dropped = CounterMetricFamily(
            "mfa_rollout_hits_dropped",
            "Hits of links of which nothing will come, by why.",
            labels=["kind", "reason"],
        )
        delayed = CounterMetricFamily(
            "mfa_rollout_hits_delayed",
            "Hits of links that are delivered later, as their client is over a limit.",
            labels=["kind"],
        )
        for kind in HitKind:
            delayed.add_metric([kind], self._counters.delayed[kind])
            for reason in DropReason:
                count = self._counters.dropped[kind, reason]
                dropped.add_metric([kind, reason.name.lower()], count)
        return [dropped, delayed]


def _of_lanes(lanes: list[LaneState]) -> list[Metric]:
    now = datetime.now(UTC)
    held = GaugeMetricFamily(
        "mfa_rollout_outbox_hits",
        "Hits of links in the outbox, of which Temporal hasn't heard yet.",
        labels=["lane"],
    )
    room = GaugeMetricFamily(
        "mfa_rollout_outbox_room", "Hits that a lane of the outbox can hold.", labels=["lane"]
    )
    age = GaugeMetricFamily(
        "mfa_rollout_outbox_oldest_hit_age_seconds",
        "How long the hit that waits longest has been in its lane; 0 while that is empty.",
        labels=["lane"],
    )
    for one in lanes:
        held.add_metric([one.lane], one.depth)
        room.add_metric([one.lane], one.room)
        waited = (now - one.oldest_at).total_seconds() if one.oldest_at else 0.0
        age.add_metric([one.lane], waited)
    return [held, room, age]


def _is_ok(name: str, text: str, found: str) -> Metric:
    return GaugeMetricFamily(name, text, value=float(found == OK))
