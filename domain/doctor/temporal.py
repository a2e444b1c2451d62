"""What a namespace of Temporal must be like: how long it keeps, and who polls its queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.doctor.checks import Check, Fault, Finding, Good, found
from domain.wording.counted import counted

SHORTEST_RETENTION = timedelta(days=7)
# A poll lasts a minute; a worker that hasn't polled for two doesn't run.
SILENT_AFTER = timedelta(minutes=2)
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFacts:
    """A task queue: when it was last polled, and how many partitions it has; None if unknown."""

    polled_at: datetime | None
    partitions: int | None = None
    paced: bool = False


def judge_namespace(
    *, address: str, namespace: str, retention: timedelta, encrypted: bool
) -> Finding:
    """Return the line of the namespace; on this machine alone no TLS is needed."""
    kept = counted(retention.days, "day")
    facts = {"address": address, "namespace": namespace, "retention": kept}
    if retention < SHORTEST_RETENTION:
        return found(Check.TEMPORAL, Fault.SHORT_RETENTION, **facts)
    is_open = not encrypted and address.rpartition(":")[0] not in _THIS_MACHINE
    return found(Check.TEMPORAL, Good.TEMPORAL_OPEN if is_open else Good.TEMPORAL, **facts)


def judge_search_attributes(
    wanted: Mapping[str, str], there: Mapping[str, str], *, address: str, namespace: str
) -> list[Finding]:
    """Return a line for those that are missing, and one for each of another type."""
    check = Check.SEARCH_ATTRIBUTES
    missing = [name for name in wanted if name not in there]
    lines = [
        found(
            check,
            Fault.ATTRIBUTE_TYPE,
            name=name,
            kind=there[name],
            wanted=kind,
            address=address,
            namespace=namespace,
        )
        for name, kind in wanted.items()
        if there.get(name, kind) != kind
    ]
    if missing:
        names = ", ".join(missing)
        lines.append(found(check, Fault.ATTRIBUTES_MISSING, names=names, namespace=namespace))
    return lines or [found(check, Good.SEARCH_ATTRIBUTES)]


def judge_schedules(
    missing: Sequence[str], paused: Sequence[str], *, address: str, namespace: str
) -> list[Finding]:
    """Return a line for schedules that are missing, and one for those that are paused."""
    lines = []
    for names, fault in ((missing, Fault.SCHEDULES_MISSING), (paused, Fault.SCHEDULES_PAUSED)):
        if names:
            there = {"address": address, "namespace": namespace}
            told = {"names": ", ".join(names), "first": names[0]}
            lines.append(found(Check.SCHEDULES, fault, **told, **there))
    return lines or [found(Check.SCHEDULES, Good.SCHEDULES)]


def judge_stuck(number: int, some: Sequence[str]) -> Finding:
    """Return the line of the workflows that can't go on: how many, and the ids of some."""
    if not number:
        return found(Check.STUCK, Good.NONE_STUCK)
    names = [*some, "…"] if number > len(some) else some
    return found(Check.STUCK, Fault.STUCK, number=number, names=", ".join(names))


def judge_workers(queues: Mapping[str, QueueFacts], *, now: datetime) -> list[Finding]:
    """Return the line of the workers: which queues nobody polls, or that somebody polls each."""
    silent = [
        name
        for name, queue in queues.items()
        if queue.polled_at is None or now - queue.polled_at > SILENT_AFTER
    ]
    if silent:
        return [found(Check.WORKERS, Fault.NO_WORKER, names=", ".join(silent))]
    partitions = max((queue.partitions or 1 for queue in queues.values() if queue.paced), default=1)
    if partitions > 1:
        return [found(Check.WORKERS, Good.SEVERAL_PARTITIONS, partitions=partitions)]
    return [found(Check.WORKERS, Good.WORKERS)]
