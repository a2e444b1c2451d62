"""What is read and written of one person whom an admin adds to the enforcement group."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.story import Born, write_story
from database.schema import enrolment
from database.types import Instant
from domain.instants import microseconds
from domain.status import EnrolmentEnd, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.story import StoryEvent, StoryKind
from domain.tables.values import Json

_C = enrolment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCandidate:
    """One person as an admin's request to add them to the group finds them."""

    object_id: str
    revision: int
    batch_id: str
    item_id: str | None
    registration: RegistrationState
    in_group: bool
    added_to_group_at: datetime | None
    attention: AttentionKind | None
    ended: EnrolmentEnd | None
    written: dict[str, Json]

    @property
    def is_registered(self) -> bool:
        """Say whether an MFA method was seen."""
        return self.registration is RegistrationState.REGISTERED

    @property
    def is_member(self) -> bool:
        """Say whether the person is in the group as far as anybody knows."""
        return self.in_group and self.attention is not AttentionKind.LEFT_GROUP


_COLUMNS = tuple(_C[one.name] for one in fields(GroupCandidate))


def may_be_added() -> ColumnElement[bool]:
    """Return the condition that somebody has registered and isn't known to be in the group."""
    # Where there is no attention, the comparison alone would be neither true nor false.
    left = and_(_C.attention.is_not(None), _C.attention == AttentionKind.LEFT_GROUP)
    return and_(_C.registration == RegistrationState.REGISTERED, or_(~_C.in_group, left))


async def read_candidate(connection: AsyncConnection, object_id: str) -> GroupCandidate | None:
    """Return a person, None when the tables have nobody of this ObjectId."""
    query = select(*_COLUMNS).where(_C.object_id == object_id, _C.stripped_at.is_(None))
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else GroupCandidate(**row)


async def write_added(
    connection: AsyncConnection,
    person: GroupCandidate,
    *,
    written: dict[str, Json],
    by_us: bool,
    request_id: str,
    actor: str | None,
    now: datetime,
) -> None:
    """Say in the row and the story of somebody who has ended that they are in the group.

    Nothing is said of who was erased or stripped since they were read, or runs again. Idempotent:
    the event's id is made of the request and the person.
    """
    values: dict[str, object] = {
        "in_group": True,
        "added_to_group_at": func.coalesce(_C.added_to_group_at, literal(now, Instant)),
        "written": {**person.written, **written},
        "revision": max(person.revision + 1, microseconds(now)),
    }
    if by_us:
        values["added_by_us"] = True
    if person.attention is AttentionKind.LEFT_GROUP:
        values |= {"attention": None, "attention_since": None}
    mine = (
        _C.object_id == person.object_id,
        _C.ended == EnrolmentEnd.ACTIVE,
        _C.stripped_at.is_(None),
    )
    if not (await connection.execute(update(enrolment).where(*mine).values(values))).rowcount:
        return
    event = StoryEvent(
        run_id=str(uuid5(UUID(request_id), person.object_id)),
        number=1,
        at=now,
        kind=StoryKind.ADDED_TO_GROUP,
        actor=actor,
    )
    await write_story(connection, [Born(person.object_id, person.batch_id, event)])
