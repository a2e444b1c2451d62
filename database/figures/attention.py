"""Lists the people, and rows of files, that an admin should look at."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.people.attention import AttentionAt, first_unconfirmed, needs
from database.schema import enrolment, import_, import_row, sent_mail
from database.types import Guid
from domain.tables.attention import FOUND_WHEN_READ, AttentionKind
from domain.tables.imports import ImportState, RowOutcome
from domain.tables.people import AttentionItem

_C = enrolment.c
# Since when a person has needed attention, where that is another column than `attention_since`.
_SINCE = {
    AttentionKind.STUCK: _C.due_at,
    AttentionKind.NOT_REGISTERED: _C.clicked_at,
    AttentionKind.NOT_IN_GROUP: _C.registered_at,
}


async def count_attention(connection: AsyncConnection, at: AttentionAt) -> dict[AttentionKind, int]:
    """Count who needs attention, by kind; kinds of which there are none are left out."""
    written = select(cast(_C.attention, Text).label("kind"), func.count())
    counting = [written.where(_C.attention.is_not(None)).group_by(_C.attention)]
    for kind in (*sorted(FOUND_WHEN_READ), AttentionKind.UNKNOWN_ROW):
        items = _items(kind, at).subquery()
        counting.append(select(literal(kind.value).label("kind"), func.count()).select_from(items))
    found = await connection.execute(union_all(*counting))
    rows = {str(kind): int(number) for kind, number in found}
    # In their order; a kind that a newer release has written is none of ours.
    return {kind: number for kind in AttentionKind if (number := rows.get(kind.value))}


async def read_attention(
    connection: AsyncConnection,
    kind: AttentionKind,
    at: AttentionAt,
    *,
    offset: int = 0,
    limit: int = 50,
) -> list[AttentionItem]:
    """Return who needs attention for one reason, those who wait longest first."""
    items = _items(kind, at)
    page = items.order_by("since", "key").offset(offset).limit(limit).subquery("page")
    query = (
        select(page, _C.upn, _C.display_name)
        .select_from(page.outerjoin(enrolment, page.c.object_id == _C.object_id))
        .order_by(page.c.since, page.c.key)
    )
    rows = (await connection.execute(query)).mappings()
    return [AttentionItem(kind=kind, **row) for row in rows]


def _items(kind: AttentionKind, at: AttentionAt) -> Select[Any]:
    """Return the query of one kind: key, since, detail and the person."""
    if kind is AttentionKind.UNKNOWN_ROW:
        return _unknown_rows()
    since: ColumnElement[Any] = _SINCE.get(kind, _C.attention_since)
    detail: ColumnElement[Any] = _C.problem
    if kind is AttentionKind.MAIL_UNCONFIRMED:
        since = first_unconfirmed(sent_mail.c.reserved_at)
        detail = first_unconfirmed(sent_mail.c.outcome)
    return select(
        cast(_C.object_id, Text).label("key"),
        since.label("since"),
        detail.label("detail"),
        _C.object_id.label("object_id"),
    ).where(needs(kind, at))


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
