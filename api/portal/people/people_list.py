"""The list of people: searched as one types, filtered, sorted, a page at a time."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.access import Visitor, VisitorOf
from api.portal.people.list_query import (
    FILTERS,
    NOT_ACTIVE,
    PEOPLE,
    SORTS,
    ListQuery,
    Turn,
    list_query,
)
from api.portal.services import Portal, PortalOf
from database.enrolments.people import count_matching, read_people
from database.figures.choices import Choices
from database.portal.saved_views import read_views
from domain.mail.shown.names import mail_name, mail_order
from domain.standing.sentences import NEXT
from domain.standing.texts import ATTENTION, OTHER_ENDS
from domain.status import InviteStatus
from domain.tables.attention import PEOPLE_KINDS
from domain.tables.people import OTHER_ENDS as ENDS_OF
from domain.tables.people import PeoplePage

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 50

# For everybody, before the views that people save.
VIEWS = (
    ("Needs attention first", ListQuery()),
    ("Running, by next step", ListQuery(given={"ended": "running"}, sort="due")),
    (
        "Manager told, not registered",
        ListQuery(given={"ended": "running", "escalated": "yes"}, sort="name"),
    ),
    ("Changed lately", ListQuery(sort="-changed")),
)
_ENDED_NAMES = {end: OTHER_ENDS[name] for name, ends in ENDS_OF.items() for end in ends}


@router.get(PEOPLE)
async def list_people(request: Request, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show a page of people, or the part of it that htmx asks for."""
    query = list_query(request.query_params)
    async with portal.database.reading() as connection:
        page, query = await _page(connection, query)
        total = await _total(connection, portal, query, page)
        views = (
            [] if visitor.is_fragment else await read_views(connection, visitor.session.actor_id)
        )
    rows: dict[str, Any] = {
        "query": query,
        "people": page.people,
        "total": total,
        "next_page": page.end and query.path_from(Turn.AFTER, page.end),
        "page_before": page.start and query.path_from(Turn.BEFORE, page.start),
        "has_place": query.edge is not None,
        "attention_names": ATTENTION,
        "step_names": NEXT,
        "ended_names": _ENDED_NAMES,
        "exported": query.path(f"{PEOPLE}/export"),
        "called": query.path(f"{PEOPLE}/calls"),
    }
    if visitor.is_fragment:
        part = portal.pages.fragment(visitor, "people/rows", **rows)
        part.headers["HX-Push-Url"] = portal.pages.root + query.path()
        return part
    return await portal.pages.page(
        visitor,
        "people/list",
        title="People",
        section="people",
        **rows,
        **_form(query, await portal.read_choices(), visitor),
        views=views,
    )


async def _page(connection: AsyncConnection, query: ListQuery) -> tuple[PeoplePage, ListQuery]:
    """Return the page, or the first one where nobody is left beyond the place."""
    place = await query.place(connection)
    if place is None:
        query = query.first_page()
    page = await read_people(
        connection,
        query.filter,
        order=query.order,
        descending=query.descending,
        after=place,
        backwards=query.turn is Turn.BEFORE,
        limit=PAGE_SIZE,
    )
    if place is not None and not page.people:
        return await _page(connection, query.first_page())
    return page, query


async def _total(
    connection: AsyncConnection, portal: Portal, query: ListQuery, page: PeoplePage
) -> int:
    """Return how many people a list has; of one that has further pages as a moment ago."""
    if page.start is None and page.end is None:
        return len(page.people)
    total = page.total or portal.totals.get(query.filter)
    if total is None:
        total = await count_matching(connection, query.filter)
    portal.totals[query.filter] = total
    return total


def _form(query: ListQuery, choices: Choices, visitor: Visitor) -> dict[str, Any]:
    return {
        "filter_names": FILTERS,
        "sorts": SORTS,
        "statuses": list(InviteStatus),
        "end_names": OTHER_ENDS,
        "attention_kinds": PEOPLE_KINDS,
        "not_active": NOT_ACTIVE,
        "mails": [
            (one, mail_name(one)) for one in sorted(choices.registered_after, key=mail_order)
        ],
        "choices": choices,
        "built_in_views": [(name, view.path()) for name, view in VIEWS],
        "view_path": _view_path,
        "shown": {name: query.given.get(name, "") for name in FILTERS},
        "me": visitor.session.actor_id,
    }


def _view_path(filters: dict[str, str]) -> str:
    # All of them: the list names those that are unknown.
    return f"{PEOPLE}?{urlencode(filters)}" if filters else PEOPLE
