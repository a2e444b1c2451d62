"""Stripping people who ended long ago of what isn't needed any more."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from domain.portal.uploads import KEPT_FOR

if TYPE_CHECKING:
    from database.engine import Database
    from database.erasure.erasures import Erasures


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionReport:
    """What was stripped, and the head of the audit log, by which a cut-off end is noticed."""

    people: int = 0
    import_rows: int = 0
    audit_number: int = 0
    audit_hash: str = ""


class RetentionActivities:
    """Applies ``RETAIN_ENDED`` to our tables, and keeps them quick to read."""

    def __init__(
        self, *, database: "Database", erasures: "Erasures", retain_ended: timedelta | None
    ) -> None:
        """Strip people who ended so long ago; nobody for None."""
        self._database = database
        self._erasures = erasures
        self._retain_ended = retain_ended

    @activity.defn
    async def strip_ended_people(self) -> RetentionReport:
        """Strip people who ended, and imports that finished, before the retention's time.

        Their links are still answered, and figures stay as they are. Idempotent. The head of the
        audit log goes to the log and into the result. In the end SQLite counts its tables anew, so
        that lists are read by the right index.

        Raises:
            DatabaseUnavailable: retried; what was stripped stays so.
        """
        people = import_rows = 0
        if self._retain_ended is not None:
            before = datetime.now(UTC) - self._retain_ended
            while stripped := await self._erasures.strip_people(before):
                people += stripped
                activity.heartbeat()
            import_rows = await self._erasures.strip_imports(before)
        await self._erasures.forget_uploads(datetime.now(UTC) - KEPT_FOR)
        await self._database.optimize()
        head = await self._erasures.audit_head()
        told = {"number": head.number, "hash": head.hash}
        activity.logger.info("head of the audit log", extra=told)
        return RetentionReport(
            people=people,
            import_rows=import_rows,
            audit_number=head.number,
            audit_hash=head.hash,
        )
