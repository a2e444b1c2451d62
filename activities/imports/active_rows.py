"""Whose row on the list says ``Active``: they are done, and an import must not start them anew."""

from typing import TYPE_CHECKING, Self

from domain.enrolment.status import InviteStatus
from domain.person import Person
from domain.tracking_list.row import object_id_in, status_in

if TYPE_CHECKING:
    from graph.tracking_list import Item, TrackingList

# From so many people on, paging through the list is cheaper than a call for each.
READ_ALL_FROM = 100
COLUMNS = ("Title", "InviteStatus", "ObjectId")


class ActiveRows:
    """Answers for one part of an import, by what the list says while the part is worked on.

    A row is somebody's by its ObjectId; one without, as older systems leave them, by its name.
    """

    def __init__(self, tracking_list: "TrackingList", known: frozenset[str] | None = None) -> None:
        """Ask for each person, unless the names and ids of those who are active are ``known``."""
        self._list = tracking_list
        self._known = known

    @classmethod
    async def of_part(cls, tracking_list: "TrackingList", people: int) -> Self:
        """Read the list at once for many people; for few, ask when it comes to them.

        Raises:
            RolloutError: the list can't be read.
        """
        if people < READ_ALL_FROM:
            return cls(tracking_list)
        rows = tracking_list.all(COLUMNS)
        return cls(tracking_list, frozenset([_owner(row) async for row in rows if _is_active(row)]))

    async def hold(self, person: Person) -> bool:
        """Say whether the person's row says ``Active``.

        Raises:
            RolloutError: the list can't be read.
        """
        names = {person.object_id, person.user_principal_name.casefold()}
        if self._known is not None:
            return bool(names & self._known)
        rows = await self._list.find("Title", person.user_principal_name)
        return any(_owner(row) in names for row in rows if _is_active(row))


def _is_active(row: "Item") -> bool:
    return status_in(row.fields) is InviteStatus.ACTIVE


def _owner(row: "Item") -> str:
    return object_id_in(row.fields) or str(row.fields.get("Title") or "").casefold()
