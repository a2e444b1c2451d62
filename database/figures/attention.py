"""Lists the people, and rows of files, that an admin should look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.people import not_in_group
from database.rollout.control import read_control
from database.schema import enrolment, import_, import_row, sent_mail
from database.types import Guid, Instant
from domain.enrolment.status import InviteStatus, MailKind
from domain.instants import EPOCH
from domain.tables.attention import NOT_REGISTERED_AFTER, AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.imports import ImportState, RowOutcome
from domain.tables.mail import MailState
from domain.tables.people import AttentionItem

_C = enrolment.c
_STUCK_BEFORE = bindparam("stuck_before", type_=Instant())
_CLICKED_BEFORE = bindparam("clicked_before", type_=Instant())


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRules:
    """When somebody has waited so long that an admin should look."""

    stuck_after: timedelta = timedelta(days=1)
    not_registered_after: timedelta = NOT_REGISTERED_AFTER


async def count_attention(
    connection: AsyncConnection, rules: AttentionRules, *, now: datetime
) -> dict[AttentionKind, int]:
    """Count who needs attention, by kind; kinds of which there are none are left out."""
    counting = _counting(mail_stopped=await _is_mail_stopped(connection))
    rows = await connection.execute(counting, _since_when(rules, now))
    return {AttentionKind(kind): number for kind, number in rows if number}


@cache
def _counting(*, mail_stopped: bool) -> CompoundSelect[Any]:
    """Return the query of all counts: to put it together takes longer than to run it."""
    counting = []
    for kind in AttentionKind:
        items = _items(kind, mail_stopped=mail_stopped).subquery()
        counting.append(select(literal(kind.value).label("kind"), func.count()).select_from(items))
    return union_all(*counting)


async def read_attention(
    connection: AsyncConnection,
    kind: AttentionKind,
    rules: AttentionRules,
    *,
    now: datetime,
    offset: int = 0,
    limit: int = 50,
) -> list[AttentionItem]:
    """Return who needs attention for one reason, those who wait longest first."""
    items = _items(kind, mail_stopped=await _is_mail_stopped(connection))
    page = items.order_by("since", "key").offset(offset).limit(limit).subquery("page")
    query = (
        select(page, _C.upn, _C.display_name)
        .select_from(page.outerjoin(enrolment, page.c.object_id == _C.object_id))
        .order_by(page.c.since, page.c.key)
    )
    rows = (await connection.execute(query, _since_when(rules, now))).mappings()
    return [AttentionItem(kind=kind, **row) for row in rows]


async def _is_mail_stopped(connection: AsyncConnection) -> bool:
    control = await read_control(connection)
    return control is not None and control.mail_stopped


def _since_when(rules: AttentionRules, now: datetime) -> dict[str, datetime]:
    return {
        _STUCK_BEFORE.key: now - rules.stuck_after,
        _CLICKED_BEFORE.key: now - rules.not_registered_after,
    }


def _items(kind: AttentionKind, *, mail_stopped: bool) -> Select[Any]:
    """Return the query of one kind: key, since, detail and the person."""
    if kind is AttentionKind.STUCK:
        waiting = _C.ended.is_(None) & _C.paused_by.is_(None) & _C.disabled_since.is_(None)
        free = ~_C.excluded & _C.returned_since.is_(None)
        # With both bounds SQLite expects few people, and doesn't read the whole table.
        overdue = and_(_C.due_at > EPOCH, _C.due_at < _STUCK_BEFORE)
        long_due = _people(_C.due_at).where(overdue, waiting, free)
        # A stop of all mail is told by itself: it isn't each person who is stuck then.
        return long_due.where(_C.next_step == NextStep.GROUP) if mail_stopped else long_due
    if kind is AttentionKind.NOT_REGISTERED:
        clicked = _C.status.in_((InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP))
        long_ago = _C.clicked_at < _CLICKED_BEFORE
        return _people(_C.clicked_at).where(_C.ended.is_(None), clicked, long_ago)
    if kind is AttentionKind.NOT_IN_GROUP:
        return _people(_C.registered_at).where(not_in_group())
    if kind is AttentionKind.MAIL_UNCONFIRMED:
        return _unconfirmed_mails()
    if kind is AttentionKind.UNKNOWN_ROW:
        return _unknown_rows()
    return _people(_C.attention_since).where(_C.attention == kind)


def _people(since: Any) -> Select[Any]:
    return select(
        cast(_C.object_id, Text).label("key"),
        since.label("since"),
        _C.problem.label("detail"),
        _C.object_id.label("object_id"),
    )


def _unconfirmed_mails() -> Select[Any]:
    return select(
        sent_mail.c.key.label("key"),
        sent_mail.c.reserved_at.label("since"),
        sent_mail.c.outcome.label("detail"),
        sent_mail.c.object_id.label("object_id"),
    ).where(sent_mail.c.state == MailState.UNCONFIRMED, sent_mail.c.kind.in_(tuple(MailKind)))


def _unknown_rows() -> Select[Any]:
    """Return rows of files that name nobody, as long as no later import has brought the person.

    Of an import that was undone they are nobody's concern.
    """
    came_later = exists().where(_C.upn == import_row.c.value)
    return select(
        (import_row.c.import_id + "/" + cast(import_row.c.line, Text)).label("key"),
        import_.c.requested_at.label("since"),
        import_row.c.value.label("detail"),
        cast(null(), Guid).label("object_id"),
    ).where(
        and_(
            import_row.c.outcome == RowOutcome.UNKNOWN,
            import_row.c.import_id == import_.c.import_id,
            import_.c.dry_run.is_(False),
            import_.c.state != ImportState.CANCELLED,
            ~came_later,
        )
    )
