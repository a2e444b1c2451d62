"""Who needs an admin's attention: the one definition for lists, counts, exports and requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.rollout.control import read_control
from database.rollout.policy import read_worker_settings
from database.schema import enrolment, sent_mail
from database.without_index import unindexed
from domain.instants import EPOCH
from domain.status import EnrolmentEnd, InviteStatus, MailKind, RegistrationState
from domain.tables.attention import PEOPLE_KINDS, AttentionKind, AttentionRules
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailState
from domain.tables.rollout import WorkerSettingsInForce

_C = enrolment.c
_M = sent_mail.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionAt:
    """What decides at an instant who needs attention."""

    now: datetime
    rules: AttentionRules
    mail_stopped: bool


async def attention_at(connection: AsyncConnection, now: datetime) -> AttentionAt:
    """Return what decides now: the worker's settings in force, and whether mail is stopped."""
    control = await read_control(connection)
    return AttentionAt(
        now=now,
        rules=rules_of(await read_worker_settings(connection)),
        mail_stopped=control is not None and control.mail_stopped,
    )


def rules_of(worker: WorkerSettingsInForce | None) -> AttentionRules:
    """Return the rules in force, as the worker has them; before it has run, the usual ones."""
    if worker is None:
        return AttentionRules()
    return AttentionRules(not_registered_after=worker.attention_after_click)


async def read_kinds(
    connection: AsyncConnection, object_id: str, at: AttentionAt
) -> tuple[AttentionKind, ...]:
    """Return all reasons for which a person needs attention."""
    columns = [needs(kind, at).label(kind.name) for kind in PEOPLE_KINDS]
    row = (
        await connection.execute(select(*columns).where(_C.object_id == object_id))
    ).one_or_none()
    found = row or ()
    return tuple(kind for kind, so in zip(PEOPLE_KINDS, found, strict=row is not None) if so)


def needs(kind: AttentionKind, at: AttentionAt) -> ColumnElement[bool]:
    """Return the condition that a person needs attention for this reason.

    Raises:
        ValueError: the kind is about no person.
    """
    match kind:
        case AttentionKind.UNKNOWN_ROW:
            raise ValueError("a row that names nobody is no person")
        case AttentionKind.STUCK:
            return _is_stuck(at)
        case AttentionKind.NOT_REGISTERED:
            # By the date there are fewest: SQLite would rather read all who clicked.
            clicked = unindexed(_C.status).in_((InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP))
            long_ago = _C.clicked_at < at.now - at.rules.not_registered_after
            return and_(_C.ended.is_(None), clicked, long_ago)
        case AttentionKind.NOT_IN_GROUP:
            return _not_in_group()
        case AttentionKind.MAIL_UNCONFIRMED:
            mails = select(_M.object_id).where(_is_unconfirmed())
            return _C.object_id.in_(mails)
    return _C.attention == kind


def first_unconfirmed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return this column of the oldest mail of a person of which it is unknown whether it left."""
    mine: Select[Any] = select(column).where(_M.object_id == _C.object_id, _is_unconfirmed())
    first = mine.order_by(_M.reserved_at, _M.key).limit(1)
    return first.correlate(enrolment).scalar_subquery()


def _is_stuck(at: AttentionAt) -> ColumnElement[bool]:
    waiting = _C.ended.is_(None) & _C.paused_by.is_(None) & _C.disabled_since.is_(None)
    free = ~_C.excluded & _C.returned_since.is_(None)
    # With both bounds SQLite expects few people, and doesn't read the whole table.
    overdue = and_(_C.due_at > EPOCH, _C.due_at < at.now - at.rules.stuck_after)
    stuck = and_(overdue, waiting, free)
    # A stop of all mail is told by itself: it isn't each person who is stuck then.
    return and_(stuck, _C.next_step == NextStep.GROUP) if at.mail_stopped else stuck


def _not_in_group() -> ColumnElement[bool]:
    """Return the condition that somebody has registered, and isn't in the group as they should be.

    Of an enrolment that was cancelled, as an undo does, that is as it should be. Whose row was
    stripped is not listed, and so not counted.
    """
    registered = _C.registration == RegistrationState.REGISTERED
    goes_on = or_(_C.ended.is_(None), _C.ended == EnrolmentEnd.ACTIVE)
    outside = and_(registered, ~_C.in_group, ~_C.excluded, _C.registered_at.is_not(None))
    return and_(outside, goes_on, _C.stripped_at.is_(None))


def _is_unconfirmed() -> ColumnElement[bool]:
    return and_(_M.state == MailState.UNCONFIRMED, _M.kind.in_(tuple(MailKind)))
