"""What became of a report: the mails of each time that it was sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sent_mail
from domain.reports.recipients import MOST
from domain.tables.mail import AdminMailKind, MailState

_RUNS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRun:
    """One time that a report was sent: since when, and how far the mail to each recipient is.

    ``outcomes`` say why mails did not leave, where that is known.
    """

    at: datetime
    states: tuple[MailState, ...]
    outcomes: tuple[str, ...] = ()

    @property
    def sent(self) -> int:
        """How many mails have left."""
        return self.states.count(MailState.SENT)

    @property
    def failed(self) -> int:
        """How many mails don't leave any more, or may not have left."""
        return sum(one.is_final for one in self.states) - self.sent


async def read_report_runs(
    connection: AsyncConnection, schedule_id: str, runs: int = _RUNS_SHOWN
) -> list[ReportRun]:
    """Return the latest times that a report was sent, the latest first."""
    mails = sent_mail.c
    query = (
        select(mails.key, mails.state, mails.reserved_at, mails.outcome)
        .where(mails.object_id == schedule_id, mails.kind == AdminMailKind.REPORT)
        .order_by(mails.reserved_at.desc())
        .limit(MOST * runs)
    )
    by_run: dict[str, list[tuple[MailState, datetime, str | None]]] = {}
    rows: Iterable[Any] = await connection.execute(query)
    for key, state, at, outcome in rows:
        by_run.setdefault(key.rpartition("/")[0], []).append((state, at, outcome))
    return [_run(found) for found in list(by_run.values())[:runs]]


def _run(mails: Sequence[tuple[MailState, datetime, str | None]]) -> ReportRun:
    return ReportRun(
        at=min(at for _, at, _ in mails),
        states=tuple(state for state, _, _ in mails),
        outcomes=tuple(
            sorted({why for state, _, why in mails if why and state is not MailState.SENT})
        ),
    )
