"""Saved views over REST: the same as in the portal and on the command line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lists.views import view_query
from api.portal.people.list_query import SORTS, list_query
from domain.portal.roles import Role
from domain.portal.saved_view import MOST_OF_ONE
from domain.status import InviteStatus
from domain.tables.people import OtherEnd, PeopleFilter, PeopleOrder
from tests.api.admin.rest.rest import Rest, is_problem
from tests.database.values import object_id

VIEWS = "/api/views"
WANTED: dict[str, Any] = {
    "name": "Left",
    "filter": {"department": "Sales", "endedAs": "otherwise"},
    "sort": "changed",
    "descending": True,
}


async def test_views_are_saved_opened_changed_and_deleted(rest: Rest) -> None:
    """A view's filter finds its people; others see it once it is shared; one name is one view."""
    status, first = await rest.post(VIEWS, WANTED)
    assert (status, first["isMine"], first["shared"]) == (201, True, False)
    status, saved = await rest.post(VIEWS, WANTED | {"name": "LEFT"})
    assert saved["viewId"] != first["viewId"]
    listed = (await rest.get(VIEWS)).json()["views"]
    assert listed == [saved]
    wanted = {name: value for name, value in saved["filter"].items() if value is not None}
    assert wanted == WANTED["filter"]
    found = await rest.get(
        "/api/people", **wanted, sort=saved["sort"], descending=saved["descending"]
    )
    assert [one["objectId"] for one in found.json()["people"]] == [object_id(5)]

    view = f"{VIEWS}/{saved['viewId']}"
    other: dict[str, Any] = {"headers": {"Authorization": f"Bearer {_others_token(rest)}"}}
    assert (await rest.call("GET", VIEWS, **other)).json() == {"views": []}
    status, changed = await rest.post(f"{view}/change", {"name": "Ours", "shared": True})
    assert (status, changed) == (200, saved | {"name": "Ours", "shared": True})
    assert (await rest.post(f"{view}/change", {}))[1] == changed
    (seen,) = (await rest.call("GET", VIEWS, **other)).json()["views"]
    assert seen == changed | {"isMine": False}
    refused = await rest.call("POST", f"{view}/change", json={"name": "Hers"}, **other)
    assert is_problem(refused, 404)
    assert is_problem(await rest.call("DELETE", view, **other), 404)
    deleted = await rest.call("DELETE", view, Role.ADMIN)
    assert deleted.json() == {"viewId": saved["viewId"], "deleted": True}
    assert is_problem(await rest.call("DELETE", view, Role.ADMIN), 404)


def _others_token(rest: Rest) -> str:
    return rest.token(Role.READER, oid=object_id(901))


async def test_an_admin_deletes_anybodys(rest: Rest) -> None:
    """A reader keeps views, too; whoever may act on many people may delete them."""
    saved = await rest.call("POST", VIEWS, Role.READER, json=WANTED)
    token = rest.token(Role.ADMIN, oid=object_id(901))
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{VIEWS}/{saved.json()['viewId']}"
    assert (await rest.call("DELETE", path, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "\u202e"},
        {"name": "n" * 81},
        {"sort": "due", "descending": True},
        {"filter": {"text": "t" * 300}},
        {"filter": {"ended": False, "endedAs": "failed"}},
        {"filter": {"attention": "unknown-row"}},
    ],
    ids=str,
)
async def test_what_a_view_cannot_keep_is_refused(rest: Rest, wrong: dict[str, Any]) -> None:
    """Nothing is kept that would find other people, or have another order, than was asked for."""
    answer = await rest.call("POST", VIEWS, Role.ADMIN, json=WANTED | wrong)
    assert is_problem(answer, 422)
    assert (await rest.get(VIEWS)).json() == {"views": []}


async def test_one_person_keeps_a_hundred(rest: Rest) -> None:
    """The next one is refused, and one that replaces another isn't."""
    for number in range(MOST_OF_ONE):
        assert (await rest.post(VIEWS, WANTED | {"name": f"n{number}"}))[0] == 201
    assert (await rest.post(VIEWS, WANTED))[0] == 409
    assert (await rest.post(VIEWS, WANTED | {"name": "N1"}))[0] == 201


FILTERS = st.builds(
    PeopleFilter,
    text=st.none() | st.just("ada"),
    status=st.none() | st.sampled_from(InviteStatus),
    department=st.none() | st.just("R&D"),
    has_ended=st.none() | st.booleans(),
    ended_as=st.none() | st.sampled_from(OtherEnd),
    not_active=st.none() | st.booleans(),
    escalated=st.none() | st.booleans(),
    no_department=st.none() | st.booleans(),
)


@given(wanted=FILTERS, sort=st.sampled_from(sorted(SORTS)))
def test_a_view_opens_as_it_was_saved(wanted: PeopleFilter, sort: str) -> None:
    """What is kept is read again as it was, or it isn't kept."""
    order, descending = PeopleOrder(sort.removeprefix("-")), sort.startswith("-")
    if wanted.has_ended is False and (wanted.ended_as or wanted.not_active):
        with pytest.raises(ValueError, match="exclude each other"):
            view_query(wanted, order, descending=descending)
        return
    query = list_query(view_query(wanted, order, descending=descending).values)
    assert (query.order, query.descending, query.unknown) == (order, descending, ())
    kept = query.filter
    assert (kept.text, kept.status, kept.department) == (
        *(wanted.text, wanted.status),
        wanted.department,
    )
    assert (kept.escalated, kept.no_department) == (wanted.escalated, wanted.no_department or None)
    assert kept.ended_as == wanted.ended_as
    by_end = wanted.ended_as or wanted.not_active
    assert kept.has_ended == (None if by_end else wanted.has_ended)
