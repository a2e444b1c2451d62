"""Keeps for each webhook that a person's status has changed, before the row is written.

It is done in the row's own transaction: a change is told of exactly when its row is written, and a
row that is written once more tells nothing. A message is deleted when it was delivered, so nothing
depends on the order in which transactions end.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, exists, null, or_, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment, webhook, webhook_delivery
from database.upsert import insert, parameters

_C = webhook_delivery.c
IS_ANYBODY_TOLD = exists().where(webhook.c.enabled)
_TOLD = ("revision", "object_id", "status", "ended", "batch_id")


async def keep_status_changes(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep which of these rows bring another status, or an end, than the tables have."""
    # The first mail of somebody who isn't in the tables brings a row of revision 0 along, which the
    # next write replaces: that is the one that counts.
    told = [{f"new_{name}": row[name] for name in _TOLD} for row in rows if row["revision"] > 0]
    if told:
        await connection.execute(_keep(connection.dialect.name), parameters(told))


@cache
def _keep(dialect: str) -> Insert:
    new = {name: bindparam(f"new_{name}", type_=_C[name].type) for name in _TOLD}
    is_known = enrolment.c.revision > 0
    changed = or_(
        enrolment.c.status != new["status"], enrolment.c.ended.is_distinct_from(new["ended"])
    )
    brings_news = or_(
        enrolment.c.object_id.is_(None),
        ~is_known,
        (enrolment.c.revision < new["revision"]) & changed,
    )
    known = webhook.outerjoin(enrolment, enrolment.c.object_id == new["object_id"])
    values = {
        "webhook_id": webhook.c.webhook_id,
        **new,
        "previous_status": case((is_known, enrolment.c.status), else_=null()),
    }
    query = select(*values.values()).select_from(known).where(webhook.c.enabled, brings_news)
    return (
        insert(dialect, webhook_delivery).from_select(list(values), query).on_conflict_do_nothing()
    )
