"""Lists that people save, as the command line and REST take them and tell of them."""

from dataclasses import fields, replace
from typing import Any

from api.portal.people.list_query import NOT_ACTIVE, SORTS, ListQuery, list_query
from client.exports.json_keys import json_key
from domain.plain_text import one_line
from domain.portal.saved_view import SavedView
from domain.tables.people import PeopleFilter, PeopleOrder

# As `GET /api/people` names them, where our tables have another name.
_NAMES = {"batch_id": "batch", "manager_upn": "manager", "has_ended": "ended"}
_KEPT = ("text", "status", "department", "attention", "language", "registered_after")


def view_query(wanted: PeopleFilter, order: PeopleOrder, *, descending: bool) -> ListQuery:
    """Return a list as a view keeps it: by the address that it has in the portal.

    Raises:
        ValueError: a view can't keep this filter, or this order.
    """
    sort = f"-{order}" if descending else order.value
    if sort not in SORTS:
        raise ValueError(f"A view has one of these orders: {', '.join(SORTS)}.")
    wanted = _plain(wanted)
    ended = {True: "ended", False: "running", None: None}[wanted.has_ended]
    values = {name: getattr(wanted, name) for name in _KEPT} | {
        "batch": wanted.batch_id,
        "manager": wanted.manager_upn,
        "ended": wanted.ended_as or (NOT_ACTIVE if wanted.not_active else ended),
        "escalated": {True: "yes", False: "no", None: None}[wanted.escalated],
        "no_department": "yes" if wanted.no_department else None,
        "sort": sort,
    }
    query = list_query({name: str(value) for name, value in values.items() if value})
    if query.filter != wanted:
        raise ValueError(
            "A view can't keep this filter: a text is too long, or parts of it exclude each other."
        )
    return query


def _plain(wanted: PeopleFilter) -> PeopleFilter:
    """Return a filter that finds the same people, in the one way in which an address says it."""
    texts: dict[str, Any] = {
        one.name: one_line(value) or None
        for one in fields(wanted)
        if type(value := getattr(wanted, one.name)) is str
    }
    by_end = wanted.ended_as is not None or wanted.not_active
    return replace(
        wanted,
        has_ended=None if by_end and wanted.has_ended else wanted.has_ended,
        not_active=(wanted.not_active and wanted.ended_as is None) or None,
        no_department=wanted.no_department or None,
        **texts,
    )


def view_json(view: SavedView, me: str | None) -> dict[str, Any]:
    """Return a view for programs: its filter and order as `GET /api/people` takes them."""
    query = list_query(view.filters)
    wanted = query.filter
    return {
        "viewId": view.view_id,
        "name": view.name,
        "filter": {
            json_key(_NAMES.get(one.name, one.name)): getattr(wanted, one.name)
            for one in fields(wanted)
        },
        "sort": query.order.value,
        "descending": query.descending,
        "unknownFilters": list(query.unknown),
        "shared": view.shared,
        "isMine": view.owner_id == me,
        "createdAt": view.created_at.isoformat(),
    }
