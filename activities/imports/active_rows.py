"""Whose row says ``Active``: they are done, and an import must not start them anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.failures import Conflict, RolloutError
from domain.person import Person
from domain.status import EnrolmentEnd, InviteStatus
from domain.tracking_list.row import object_id_in, status_in
from domain.wording.counted import counted

if TYPE_CHECKING:
    from database.enrolments.known_people import KnownPeople
    from graph.tracking_list import Item, TrackingList

# From so many people on, paging through the list is cheaper than a call for each.
READ_ALL_FROM = 100
COLUMNS = ("Title", "InviteStatus", "ObjectId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A row of the file that waits: for the list, for Graph, or for a request that goes first."""

    line: int
    failure: RolloutError
    waits_for: str = "the tracking list"


def held_up(held: Held, rows: int) -> RolloutError:
    """Return the failure of a row that waits, which says how many rows of the file do."""
    failure = held.failure
    who = f"{counted(rows, 'row')} of the file {'waits' if rows == 1 else 'wait'}"
    return type(failure)(
        f"{who} for {held.waits_for}: {failure}",
        status=failure.status,
        code=failure.code,
        retry_after=failure.retry_after,
    )


class ActiveRows:
    """Answers for one part of an import, by our tables, and by the list where they can't tell.

    That is while they can't be read, and about people whom they don't know while they aren't
    complete, or there are rows of an older system. A row of the list is somebody's by its ObjectId;
    one without, as older systems leave them, by its name.
    """

    def __init__(
        self, tracking_list: "TrackingList", known: "KnownPeople", *, people: int, batch_id: str
    ) -> None:
        """Ask the list for each person where these are few, and else read it once."""
        self._list = tracking_list
        self._known = known
        self._reads_all = people >= READ_ALL_FROM
        self._on_list: frozenset[str] | None = None
        self._reading = asyncio.Lock()
        self._told: dict[str, bool] = {}
        self._cancelled: set[str] = set()
        self._without_row: set[str] = set()
        self._being_undone: frozenset[str] = frozenset()
        self._batch_id = batch_id
        self._batch_is_undone = False

    async def look_up(self, people: Sequence[Person]) -> None:
        """Ask the tables about some people, before ``hold`` is asked about each."""
        ids = [one.object_id for one in people]
        if not ids:
            return
        try:
            known = await self._known.among(ids)
        except RolloutError:
            # An import goes on without the database.
            return
        self._being_undone |= known.being_undone
        self._batch_is_undone |= self._batch_id in known.batches_being_undone
        for one in ids:
            person = known.people.get(one)
            if person is not None:
                # The undo of an import cancels people who are done, too.
                is_cancelled = person.ended is EnrolmentEnd.CANCELLED
                self._told[one] = person.status is InviteStatus.ACTIVE and not is_cancelled
                if is_cancelled:
                    self._cancelled.add(one)
            elif not known.others_on_list and one not in known.on_list:
                self._told[one] = False
                self._without_row.add(one)

    def has_no_row(self, person: Person) -> bool:
        """Say whether the last complete pass of the list showed that the person has no row."""
        return person.object_id in self._without_row

    def was_cancelled(self, person: Person) -> bool:
        """Say whether our tables have the person's enrolment as cancelled."""
        return person.object_id in self._cancelled

    def held_by_undo(self, person: Person, line: int) -> Held | None:
        """Return the row as one that waits for an undo that takes the person, or the batch, back.

        It would end what is started now, or what is still there would count as enrolled.
        """
        if self._batch_is_undone:
            failure = Conflict("all whom this batch has brought are being taken back.")
        elif person.object_id in self._being_undone:
            failure = Conflict("these people of another import are being taken back.")
        else:
            return None
        return Held(line=line, failure=failure, waits_for="the undo of an import")

    async def hold(self, person: Person) -> bool:
        """Say whether the person's row says ``Active``.

        Raises:
            RolloutError: the list had to be asked, and can't be read.
        """
        told = self._told.get(person.object_id)
        if told is not None:
            return told
        names = {person.object_id, person.user_principal_name.casefold()}
        if self._reads_all:
            return bool(names & await self._all())
        rows = await self._list.find("Title", person.user_principal_name)
        return any(_owner(row) in names for row in rows if _is_active(row))

    async def _all(self) -> frozenset[str]:
        async with self._reading:
            if self._on_list is None:
                rows = self._list.all(COLUMNS)
                self._on_list = frozenset([_owner(row) async for row in rows if _is_active(row)])
            return self._on_list


def _is_active(row: "Item") -> bool:
    return status_in(row.fields) is InviteStatus.ACTIVE


def _owner(row: "Item") -> str:
    return object_id_in(row.fields) or str(row.fields.get("Title") or "").casefold()
