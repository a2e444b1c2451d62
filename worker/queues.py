"""What an area registers: workflows and activities, and the queue that hands them out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OnQueue:
    """What is run from one task queue.

    Attributes:
        queue: the task queue's name.
        workflows: classes of workflows.
        activities: methods of activities, with what they need inside.
        per_second: how many activities the queue hands out in a second, to all workers together;
            None for no limit. https://docs.temporal.io/develop/worker-performance
        exact: whether each worker keeps to the rate by itself, too. The server only learns a
            queue's rate from its first worker, and lets some pass before.
        at_once: how many of its activities a worker runs at once; None for as many as the SDK does.
    """

    queue: str
    workflows: tuple[type, ...] = ()
    activities: tuple[Callable[..., Any], ...] = ()
    per_second: float | None = None
    exact: bool = False
    at_once: int | None = None


def merged(parts: Iterable[OnQueue]) -> list[OnQueue]:
    """Put together what several areas have on the same queue; at most one of them limits it."""
    queues: dict[str, OnQueue] = {}
    for part in parts:
        known = queues.get(part.queue)
        if known is None:
            queues[part.queue] = part
            continue
        if _both(known.per_second, part.per_second) or _both(known.at_once, part.at_once):
            raise ValueError(f"two areas limit the queue {part.queue}")
        queues[part.queue] = replace(
            known,
            workflows=known.workflows + part.workflows,
            activities=known.activities + part.activities,
            per_second=part.per_second if known.per_second is None else known.per_second,
            exact=known.exact or part.exact,
            at_once=part.at_once if known.at_once is None else known.at_once,
        )
    return list(queues.values())


def _both(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None
