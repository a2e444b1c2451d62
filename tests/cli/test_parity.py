"""Portal, REST and command line do the same; where one of them doesn't, there is a reason."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.admin.rest.people.filters import FilterModel
from api.admin.routes import MODULES
from api.portal.people.wording import ACTIONS
from api.portal.routes import PAGES
from domain.portal.roles import Permission
from tests.support.command_line_page import verbs
from tests.support.deed import Deed
from tests.support.surfaces import DEEDS

HTTP = {"GET", "POST", "DELETE"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint, and the permissions without which nobody is let in."""

    name: str
    permissions: frozenset[Permission]


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    """Yield what ``allowed`` was told, of an endpoint's dependencies and theirs."""
    for one in dependant.dependencies:
        known = inspect.getclosurevars(one.call).nonlocals if inspect.isfunction(one.call) else {}
        if isinstance(permission := known.get("permission"), Permission):
            yield permission
        yield from _permissions(one)


def _endpoint(name: str, route: APIRoute) -> Endpoint:
    return Endpoint(name, frozenset(_permissions(route.dependant)))


def _portal() -> dict[str, Endpoint]:
    found = {}
    for route in (route for page in PAGES for route in page.router.routes):
        if isinstance(route, APIRoute):
            for method in sorted((route.methods or set()) & HTTP):
                name = f"{method} {route.path.replace(':uuid', '')}"
                found[name] = _endpoint(name, route)
    return found


def _rest() -> dict[str, Endpoint]:
    routes = (route for module in MODULES for route in module.router.routes)
    return {
        route.operation_id or route.name: _endpoint(route.operation_id or route.name, route)
        for route in routes
        if isinstance(route, APIRoute)
    }


PORTAL, REST = _portal(), _rest()
VERBS = {" ".join(words) for words in verbs()}


def test_every_page_operation_and_verb_has_a_deed() -> None:
    """What is new on one of the three is looked for on the other two."""
    assert {one for deed in DEEDS for one in deed.portal} == PORTAL.keys()
    assert {one for deed in DEEDS for one in deed.rest} == REST.keys()
    assert {one for deed in DEEDS for one in deed.verbs} == VERBS


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_each_is_everywhere_or_there_is_a_reason(deed: Deed) -> None:
    """A reason is of what is lacking: where nothing lacks, there is none."""
    is_everywhere = bool(deed.portal and deed.rest and deed.verbs)
    assert bool(deed.reason) is not is_everywhere


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_the_same_people_may(deed: Deed) -> None:
    """A role that does something in the portal does it over REST, and no other does."""
    if deed.portal and deed.rest and not deed.differs:
        in_portal = {one for name in deed.portal for one in PORTAL[name].permissions}
        over_rest = {one for name in deed.rest for one in REST[name].permissions}
        # Pages for everybody who is signed in ask for no permission: all roles may look.
        assert in_portal - {Permission.LOOK} == over_rest - {Permission.LOOK}


def test_what_is_asked_about_one_person_is_for_the_same_people() -> None:
    """The portal's buttons and REST's operations ask for the same permission."""
    operations = {"pause": "pausePerson", "resume": "resumePerson", "resend": "resendLink"}
    operations |= {"retry": "retryPerson", "cancel": "cancelPerson"}
    assert operations.keys() == {update.value for update in ACTIONS}
    for update, action in ACTIONS.items():
        assert REST[operations[update.value]].permissions == {action.permission}


FILTERED = ("people list", "people export", "views save", "bulk pause", "bulk cancel")
NAMES = {"text", "status", "batch", "department", "attention", "manager", "language"}
NAMES |= {"escalated", "ended", "endedAs", "notActive", "registeredAfter", "noDepartment"}


def test_people_are_filtered_by_the_same_everywhere() -> None:
    """REST's parameters are its bodies' fields, and each verb that filters has each option."""
    (listed,) = [
        route
        for module in MODULES
        for route in module.router.routes
        if isinstance(route, APIRoute) and route.operation_id == "listPeople"
    ]
    fields = {field.alias or name for name, field in FilterModel.model_fields.items()}
    assert fields == NAMES
    asked = {
        param.alias
        for one in listed.dependant.dependencies
        for param in one.query_params
        if one.call is not None and one.call.__name__ == "wanted_people"
    }
    assert asked == NAMES
    every = verbs()
    for words in FILTERED:
        options = {one for param in every[tuple(words.split())].params for one in param.opts}
        missing = {"--ended-as", "--ended", "--escalated", "--after-mail", "--no-department"}
        missing |= {"--text", "--status", "--batch-id", "--department", "--attention"}
        missing |= {"--manager", "--language"}
        assert missing <= options, words
