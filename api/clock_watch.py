"""Compares this process's clock with the workers', which begin nothing while theirs is wrong.

A click has the time of the API's clock: one that is dated wrongly is looked after wrongly.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from api.readiness import OK
from database.engine import Database
from database.rollout.processes import read_processes
from domain.instants import CLOCKS_DIFFER, EPOCH
from domain.tables.rollout import ProcessKind

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class ClockWatch:
    """Knows how far this clock is ahead of that of the workers, as of the last look."""

    def __init__(self, database: Database | None, *, now: Callable[[], datetime] = _now) -> None:
        """Begin with a clock that is right."""
        self._database = database
        self._now = now
        self._seen: dict[str, datetime] = {}
        self._ahead = timedelta(0)

    async def look(self) -> None:
        """Read when workers last reported themselves; only one that did since the last look counts.

        Raises:
            DatabaseUnavailable: the database can't be read.
        """
        if self._database is None:
            return
        async with self._database.reading() as connection:
            # Those that seem to be long gone, too: it may be this clock that is ahead.
            processes = await read_processes(connection, since=EPOCH)
        workers = {
            one.process_id: one.last_seen_at for one in processes if one.kind is ProcessKind.WORKER
        }
        reported = [at for name, at in workers.items() if at > self._seen.get(name, at)]
        self._seen = workers
        if not reported:
            return
        self._ahead = self._now() - max(reported)
        if self._is_wrong:
            log.error("clock is wrong", seconds_ahead=round(self._ahead.total_seconds()))

    @property
    def finding(self) -> str:
        """``ok``, or how far this clock is from the workers'."""
        if not self._is_wrong:
            return OK
        side = "ahead of" if self._ahead > timedelta(0) else "behind"
        return f"is {round(abs(self._ahead).total_seconds())} s {side} the workers'"

    @property
    def _is_wrong(self) -> bool:
        return abs(self._ahead) > CLOCKS_DIFFER
