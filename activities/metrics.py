"""Counts what activities have done; Temporal's SDK tells Prometheus the figures."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from temporalio import activity

from domain.instants import EPOCH, MICROSECOND
from domain.tables.mail import AnyMailKind


class Mirror(StrEnum):
    """Where a person's row is written."""

    LIST = "list"
    DATABASE = "database"


def count_mail(kind: AnyMailKind, sender: int, outcome: str) -> None:
    """Count what became of a mail; its mailbox is told by its place among those that send."""
    counter = activity.metric_meter().create_counter(
        "mfa_rollout_mails", "Mails that came to an end, by what became of them."
    )
    labels = {"kind": kind.value, "outcome": outcome, "mailbox": str(sender + 1)}
    counter.add(1, labels)


def measure_lag(mirror: Mirror, revision: int) -> None:
    """Note how long a change of an enrolment took to its row; a revision is an instant."""
    lag = activity.metric_meter().create_histogram_timedelta(
        "mfa_rollout_row_lag", "Time from a change of an enrolment until its row had it."
    )
    changed_at = EPOCH + revision * MICROSECOND
    lag.record(max(timedelta(), datetime.now(UTC) - changed_at), {"mirror": mirror.value})
