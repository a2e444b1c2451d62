"""What the public side tells Prometheus: its outbox, and whether it reaches Temporal."""

from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from api.outbox.group_commit import StorageUnavailable
from api.outbox.outbox import Outbox
from api.readiness import OK, Readiness


class ApiMetrics:
    """Reads how many hits wait in the outbox, since when, and what the API can't reach."""

    def __init__(self, outbox: Outbox, readiness: Readiness) -> None:
        """Read from these parts of one application."""
        self._outbox = outbox
        self._readiness = readiness

    async def __call__(self) -> list[Metric]:
        """Return the figures; an outbox that can't be read has no age."""
        temporal, outbox = await self._readiness.look()
        held = GaugeMetricFamily(
            "mfa_rollout_outbox_hits",
            "Clicks, opens and requests for links that Temporal hasn't heard of yet.",
            labels=["lane"],
        )
        held.add_metric(["all"], self._outbox.depth())
        age = GaugeMetricFamily(
            "mfa_rollout_outbox_oldest_hit_age_seconds",
            "How long the hit that waits longest has been in the outbox; 0 while it is empty.",
            labels=["lane"],
        )
        try:
            oldest = await self._outbox.oldest(1)
        except StorageUnavailable:
            pass
        else:
            waited = (datetime.now(UTC) - oldest[0].hit.at).total_seconds() if oldest else 0.0
            age.add_metric(["all"], waited)
        return [
            _is_ok(
                "mfa_rollout_temporal_up", "Whether the API reaches Temporal: 1, or 0.", temporal
            ),
            _is_ok(
                "mfa_rollout_outbox_up",
                "Whether the API can keep a click in its outbox: 1, or 0.",
                outbox,
            ),
            held,
            age,
        ]


def _is_ok(name: str, text: str, found: str) -> Metric:
    return GaugeMetricFamily(name, text, value=float(found == OK))
