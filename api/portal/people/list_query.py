"""What a list of people shows: filter, order and place, as the address of the page has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.paths import PORTAL, unknown_names
from client.bulk.selection_text import FILTER_NAMES
from database.enrolments.people import read_search_text
from domain.instants import EPOCH, MICROSECOND, microseconds
from domain.plain_text import address_parts, bounded_line
from domain.status import InviteStatus
from domain.tables.attention import PEOPLE_KINDS, AttentionKind
from domain.tables.people import OtherEnd, PageEnd, PeopleFilter, PeopleOrder

PEOPLE = f"{PORTAL}/people"

SORTS = {
    "attention": "Attention first",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "due": "Next step, soonest first",
    "-changed": "Changed, latest first",
    "changed": "Changed, oldest first",
}
_FIELDS = {
    "text": "text",
    "status": "status",
    "attention": "attention",
    "ended": "has_ended",
    "batch": "batch_id",
    "department": "department",
    "manager": "manager_upn",
    "language": "language",
    "escalated": "escalated",
    "registered_after": "registered_after",
    "no_department": "no_department",
}
FILTERS = {name: FILTER_NAMES[field] for name, field in _FIELDS.items()}
_YES_OR_NO = {"yes": True, "no": False}
_ENDED = {"running": False, "ended": True}
NOT_ACTIVE = "not-active"
"""Ended, in any way but Active."""

_ENDS = _ENDED.keys() | set(OtherEnd) | {NOT_ACTIVE}


class _SortedBy(StrEnum):
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"
    ID = "id"


# Of each part of a list.
_SORTED_BY = {
    PeopleOrder.NAME: (_SortedBy.TEXT,),
    PeopleOrder.CHANGED: (_SortedBy.NUMBER,),
    PeopleOrder.DUE: (_SortedBy.DATE, _SortedBy.ID),
    PeopleOrder.ATTENTION: (_SortedBy.DATE, _SortedBy.TEXT),
}
_LARGEST = 2**53
_MOST_ENCODED = 4096


class Turn(StrEnum):
    """Which way a page lies from the person whom its address names."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What is shown. ``given`` holds the filters as the address has them, ``unknown`` the rest.

    The address of a further page names the person at its edge by ObjectId: no name is in it.
    """

    given: dict[str, str] = field(default_factory=dict)
    sort: str = "attention"
    turn: Turn = Turn.AFTER
    edge: str | None = None
    unknown: tuple[str, ...] = ()

    @property
    def filter(self) -> PeopleFilter:
        """Return which people are wanted."""
        given = self.given
        return PeopleFilter(
            text=given.get("text"),
            status=InviteStatus(given["status"]) if "status" in given else None,
            batch_id=given.get("batch"),
            department=given.get("department"),
            attention=AttentionKind(given["attention"]) if "attention" in given else None,
            manager_upn=given.get("manager"),
            language=given.get("language"),
            has_ended=_ENDED.get(given.get("ended", "")),
            ended_as=OtherEnd(given["ended"]) if given.get("ended") in set(OtherEnd) else None,
            not_active=given.get("ended") == NOT_ACTIVE or None,
            escalated=_YES_OR_NO.get(given.get("escalated", "")),
            registered_after=given.get("registered_after"),
            no_department="no_department" in given or None,
        )

    @property
    def order(self) -> PeopleOrder:
        """Return what people are sorted by."""
        return PeopleOrder(self.sort.removeprefix("-"))

    @property
    def descending(self) -> bool:
        """Say whether the list is turned round."""
        return self.sort.startswith("-")

    @property
    def values(self) -> dict[str, str]:
        """Return what stands in the address, without the place."""
        sort = {} if self.sort == "attention" else {"sort": self.sort}
        return {**self.given, **sort}

    def path(self, page: str = PEOPLE) -> str:
        """Return the address of the first page."""
        values = _encoded(tuple(self.values.items()))
        return f"{page}?{values}" if values else page

    def path_from(self, turn: Turn, end: PageEnd) -> str:
        """Return the address of the page after or before a person."""
        return f"{PEOPLE}?{urlencode({**self.values, turn.value: _edge_text(end)})}"

    def first_page(self) -> "ListQuery":
        """Return the same list from its beginning."""
        return replace(self, turn=Turn.AFTER, edge=None)

    async def place(self, connection: AsyncConnection) -> PageEnd | None:
        """Return the person at the edge; None at the beginning, or when they are gone."""
        if self.edge is None:
            return None
        part, _, rest = self.edge.partition(".")
        number, _, object_id = rest.partition(".")
        try:
            kind = _SORTED_BY[self.order][int(part)]
            object_id = str(UUID(object_id))
            value = _number(kind, number)
        except (ValueError, IndexError, OverflowError):
            return None
        if kind is _SortedBy.TEXT:
            value = await read_search_text(connection, object_id)
            if value is None:
                return None
        return PageEnd(value=value, object_id=object_id, part=int(part))


@lru_cache(_MOST_ENCODED)
def _encoded(values: tuple[tuple[str, str], ...]) -> str:
    """Return values as an address has them: a table of batches has a hundred addresses."""
    return urlencode(values)


def list_query(values: Mapping[str, str]) -> ListQuery:
    """Read an address: what is unknown is left out, and named."""
    given: dict[str, str] = {}
    unknown: list[str] = []
    for name, known in (
        ("text", None),
        ("status", set(InviteStatus)),
        ("attention", set(PEOPLE_KINDS)),
        ("ended", _ENDS),
        ("batch", None),
        ("department", None),
        ("manager", None),
        ("language", None),
        ("escalated", set(_YES_OR_NO)),
        ("registered_after", None),
        ("no_department", {"yes"}),
    ):
        value = bounded_line(values.get(name, ""))
        if value and (known is None or value in known):
            given[name] = value
        elif value:
            unknown.append(f"{FILTERS[name]}: {value}")
    unknown += unknown_names(values, {*FILTERS, *Turn, "sort"})
    sort = values.get("sort", "") or "attention"
    turn = Turn.BEFORE if values.get(Turn.BEFORE) else Turn.AFTER
    return ListQuery(
        given=given,
        sort=sort if sort in SORTS else "attention",
        turn=turn,
        edge=values.get(turn) or None,
        unknown=tuple(unknown),
    )


def list_query_at(address: str) -> ListQuery:
    """Read the address of a list, as a form brings it; of what is none, the whole list."""
    return list_query(dict(parse_qsl(address_parts(address).query)))


def _edge_text(end: PageEnd) -> str:
    """Return a place without anybody's name: where people are sorted by it, it is read again."""
    match end.value:
        case datetime():
            number = str(microseconds(end.value))
        case int():
            number = str(end.value)
        case _:
            number = ""
    return f"{end.part}.{number}.{end.object_id}"


def _number(kind: _SortedBy, text: str) -> str | int | datetime | None:
    if kind in {_SortedBy.TEXT, _SortedBy.ID}:
        return None
    number = int(text)
    if not 0 <= number < _LARGEST:
        raise ValueError("no instant and no revision")
    return number if kind is _SortedBy.NUMBER else EPOCH + number * MICROSECOND
