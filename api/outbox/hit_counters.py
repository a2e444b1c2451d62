"""Counts the hits that were dropped or delayed, and says so in the log once a minute."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import structlog

from api.outbox.hit import HitKind

log = structlog.get_logger(__name__)

LOG_EVERY = timedelta(minutes=1)


class DropReason(StrEnum):
    """Why a hit was not kept, or not delivered."""

    CLIENT_LIMIT = "client over its limit"
    OUTBOX = "outbox full or not writable"
    NO_ENROLMENT = "no open enrolment"
    GIVEN_UP = "given up after days"
    FAILED = "failed unexpectedly"


class HitCounters:
    """Counts for as long as the process runs; the log tells what came to the numbers."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted; ``clock`` counts seconds."""
        self.dropped: Counter[tuple[HitKind, DropReason]] = Counter()
        self.delayed: Counter[HitKind] = Counter()
        self._clock = clock
        self._logged_at: float | None = None
        self._unlogged: Counter[str] = Counter()

    def note_dropped(self, kind: HitKind, reason: DropReason) -> None:
        """Count a hit of which nothing will come."""
        self.dropped[kind, reason] += 1
        self._note(f"dropped {kind}: {reason}")

    def note_delayed(self, kind: HitKind) -> None:
        """Count a hit that is delivered later, since its client is over a limit."""
        self.delayed[kind] += 1
        self._note(f"delayed {kind}")

    def _note(self, what: str) -> None:
        self._unlogged[what] += 1
        now = self._clock()
        if self._logged_at is None or now - self._logged_at >= LOG_EVERY.total_seconds():
            self._logged_at = now
            log.info("hits dropped or delayed", counts=dict(self._unlogged))
            self._unlogged.clear()
