"""Counts what a request would meet, before anybody is asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.imports.rows import read_unknown_names
from database.people.conditions import conditions
from database.requests.digest import digest_of
from database.requests.group import may_be_added
from database.schema import enrolment
from domain.bulk.records import RequestAction
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.people import PeopleFilter

_C = enrolment.c
_AT_ONCE = 1000
_WAITS_FOR_INVITATION = and_(_C.status == InviteStatus.PENDING, _C.invite_sent_at.is_(None))
_NEVER: ColumnElement[bool] = _C.object_id.is_(None)
# What an enrolment that runs would refuse, as far as its row tells.
_REFUSED: dict[RequestAction, ColumnElement[bool]] = {
    RequestAction.PAUSE: _C.paused_by.is_not(None),
    RequestAction.RESUME: _C.paused_by.is_(None),
    RequestAction.RESEND: or_(
        _C.paused_by.is_not(None),
        _C.disabled_since.is_not(None),
        _C.excluded,
        _C.registration == RegistrationState.REGISTERED,
        _WAITS_FOR_INVITATION,
    ),
    RequestAction.RETRY: and_(_C.problem.is_(None), _C.returned_since.is_(None)),
    RequestAction.CANCEL: _NEVER,
    RequestAction.ADD_TO_GROUP: ~may_be_added(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What a request would meet.

    Attributes:
        people: whom it finds.
        ended: of them, those whose enrolments have ended.
        refused: of the others, those for whom there is nothing to do: paused already, not paused,
            or nobody to whom a link can be sent.
        people_digest: tells whether these are still the people when the request starts.
        unknown: ObjectIds that were named, and that our tables don't know.
    """

    people: int
    ended: int
    refused: int
    people_digest: str
    unknown: int = 0

    @property
    def asked(self) -> int:
        """Return for how many people there is something to do."""
        return self.people - self.ended - self.refused - self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """What the undo of an import would do.

    Attributes:
        people: whom the batch brought.
        invited: of them, those who got mail: their enrolments end, and their rows stay.
        in_group: who is taken out of the enforcement group, since we put them there.
        left_in_group: members whom we didn't put there, so they stay members.
        registered: who has registered by now.
        people_digest: tells whether these are still the people when the undo starts.
        unknown: names that the directory doesn't know: their rows go off the list.
    """

    people: int
    invited: int
    in_group: int
    left_in_group: int
    registered: int
    people_digest: str
    unknown: int = 0

    @property
    def erased(self) -> int:
        """Return of how many people nothing stays."""
        return self.people - self.invited


async def preview_request(
    connection: AsyncConnection,
    action: RequestAction,
    *,
    wanted: PeopleFilter | None = None,
    object_ids: Collection[str] = (),
    now: datetime | None = None,
) -> BulkPreview:
    """Count whom a request would meet: by a filter, or named by their ObjectIds.

    Who needs attention depends on ``now``, by default this instant.
    """
    ended: ColumnElement[bool] = _C.ended.is_not(None)
    if action is RequestAction.ADD_TO_GROUP:
        # Who is Active is added all the same.
        ended = and_(ended, _C.ended != EnrolmentEnd.ACTIVE)
    refused = and_(~ended, _REFUSED[action])
    query = select(func.count(), _sum(ended), _sum(refused)).select_from(enrolment)
    if wanted is not None:
        found = await conditions(connection, wanted, now=now)
        row = (await connection.execute(query.where(*found))).one()
        digest = await _digest(connection, found)
        return BulkPreview(
            people=row[0], ended=row[1] or 0, refused=row[2] or 0, people_digest=digest
        )
    named = sorted(set(object_ids))
    sums = [0, 0, 0]
    for begin in range(0, len(named), _AT_ONCE):
        some = named[begin : begin + _AT_ONCE]
        row = (await connection.execute(query.where(_C.object_id.in_(some)))).one()
        sums = [total + (value or 0) for total, value in zip(sums, row, strict=True)]
    return BulkPreview(
        people=len(named),
        ended=sums[1],
        refused=sums[2],
        people_digest=digest_of(named),
        unknown=len(named) - sums[0],
    )


async def preview_undo(connection: AsyncConnection, batch_id: str) -> UndoPreview:
    """Count what the undo of an import would do."""
    ours = and_(_C.in_group, _C.added_by_us)
    query = select(
        func.count(),
        _sum(was_mailed()),
        _sum(ours),
        _sum(and_(_C.in_group, ~_C.added_by_us)),
        _sum(_C.registered_at.is_not(None)),
    ).select_from(enrolment)
    mine = await conditions(connection, PeopleFilter(batch_id=batch_id))
    row = (await connection.execute(query.where(*mine))).one()
    return UndoPreview(
        people=row[0],
        invited=row[1] or 0,
        in_group=row[2] or 0,
        left_in_group=row[3] or 0,
        registered=row[4] or 0,
        people_digest=await _digest(connection, mine),
        unknown=len(await read_unknown_names(connection, batch_id)),
    )


def was_mailed() -> ColumnElement[bool]:
    """Return the condition that somebody got mail of ours, or used a link that they had before."""
    return or_(_C.invite_sent_at.is_not(None), _C.clicked_at.is_not(None))


async def _digest(connection: AsyncConnection, found: list[ColumnElement[bool]]) -> str:
    chosen = await connection.execute(select(_C.object_id).where(*found))
    return digest_of(chosen.scalars())


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int | None]:
    return func.sum(case((condition, 1), else_=0))
