"""The rollout's figures as families of Prometheus metrics.

A label is a word of ours, or a number: never an id, an address or a name. A figure that is 0 is
told, too, so that an alert sees the difference between none and unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from client.people.rollout import Rollout
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.people import PeopleCount
from domain.tables.rollout import STUCK_CHECK, Process, ProcessKind


def people(count: PeopleCount) -> list[Metric]:
    """Return how many people stand where, and how those ended who have."""
    running = GaugeMetricFamily(
        "mfa_rollout_enrolments_running",
        "People whose enrolment goes on, by where they stand.",
        labels=["status"],
    )
    for status in InviteStatus:
        running.add_metric([status], count.running.get(status, 0))
    ended = GaugeMetricFamily(
        "mfa_rollout_enrolments_ended",
        "People whose enrolment has ended, by how.",
        labels=["end"],
    )
    for end in EnrolmentEnd:
        ended.add_metric([end], count.by_end.get(end, 0))
    return [running, ended]


def attention(count: Mapping[AttentionKind, int]) -> Metric:
    """Return how many people or rows an admin should look at."""
    family = GaugeMetricFamily(
        "mfa_rollout_attention",
        "People, mails or rows of files that need attention, by why.",
        labels=["kind"],
    )
    for kind in AttentionKind:
        family.add_metric([kind], count.get(kind, 0))
    return family


def processes(seen: Sequence[Process], rollout: Rollout) -> list[Metric]:
    """Return which processes run, and what they have found wrong."""
    running = GaugeMetricFamily(
        "mfa_rollout_processes",
        "Processes that have reported themselves in the last two minutes.",
        labels=["kind"],
    )
    for kind in ProcessKind:
        running.add_metric([kind], sum(one.kind is kind for one in seen))
    faults = GaugeMetricFamily(
        "mfa_rollout_faults",
        "Faults that running processes have found by themselves.",
        value=len(rollout.faults),
    )
    return [running, faults]


def tables(
    complete_at: datetime | None,
    passes: Mapping[str, tuple[datetime, dict[str, Any]]],
    rollout: Rollout,
) -> list[Metric]:
    """Return whether our tables hold everybody, and when each check was made last."""
    last = GaugeMetricFamily(
        "mfa_rollout_check_timestamp_seconds",
        "When a check that comes round was made last.",
        labels=["check"],
    )
    for name, (at, _) in sorted(passes.items()):
        last.add_metric([name], at.timestamp())
    found: list[Metric] = [
        GaugeMetricFamily(
            "mfa_rollout_tables_complete",
            "Whether our tables are known to hold everybody: 1, or 0.",
            value=float(complete_at is not None),
        ),
        GaugeMetricFamily(
            "mfa_rollout_rebuild_needed",
            "Whether the list and our tables differ so much that nothing is corrected: 1, or 0.",
            value=float(rollout.rebuild_since is not None),
        ),
        last,
    ]
    if STUCK_CHECK in passes:
        _, report = passes[STUCK_CHECK]
        stuck = GaugeMetricFamily(
            "mfa_rollout_stuck_workflows",
            "Workflows that can't go on since their code fails, as of the last check.",
            value=float(report.get("stuck", 0)),
        )
        found.append(stuck)
    return found


def webhooks(pending: Mapping[str, int]) -> Metric:
    """Return how many messages wait for their webhooks, all webhooks together."""
    return GaugeMetricFamily(
        "mfa_rollout_webhook_messages",
        "Messages that webhooks are still to be told.",
        value=sum(pending.values()),
    )
