"""What we rely on in the directory: users, their managers, their authentication methods."""

import pytest

from domain.failures import NotLicensed, PermissionDenied
from graph.authentication_methods import AuthenticationMethods
from graph.directory import Directory
from graph.http.answers import USER_AGENT
from graph.http.urls import segment
from graph.registration_report import RegistrationReport
from tests.contract.scene import NOBODY, Scene, new_name, refusal

SELECTED = {
    "id",
    "displayName",
    "mail",
    "userPrincipalName",
    "department",
    "accountEnabled",
    "userType",
    "preferredLanguage",
    "businessPhones",
    "mobilePhone",
}
NOT_FOUND = (404, "Request_ResourceNotFound")


async def a_user_has_two_names(scene: Scene) -> None:
    """ObjectId and UPN lead to the same user."""
    directory = Directory(scene.graph)
    person = await directory.user(scene.user)
    assert await directory.user(person.object_id) == person
    assert await directory.find(person.user_principal_name) == person


async def what_is_selected_is_there(scene: Scene) -> None:
    """Each selected property comes, empty ones as null, and no other one."""
    options = {"$select": ",".join(sorted(SELECTED))}
    answer = await scene.ask("GET", f"/users/{segment(scene.user)}", params=options)
    assert answer.status_code == 200
    body = answer.json()
    assert {name for name in body if "@" not in name} == SELECTED
    assert isinstance(body["accountEnabled"], bool)


async def an_unknown_user_is_a_404(scene: Scene) -> None:
    """Nobody's ObjectId and nobody's UPN get the same answer, with an id for the support."""
    domain = scene.user.rpartition("@")[2]
    for name in (NOBODY, f"{new_name()}@{domain}"):
        answer = await scene.ask("GET", f"/users/{segment(name)}")
        assert refusal(answer) == NOT_FOUND
        assert answer.headers["request-id"]


async def an_address_finds_its_user(scene: Scene) -> None:
    """``mail`` and proxy addresses can be searched for, whatever their case."""
    directory = Directory(scene.graph)
    person = await directory.user(scene.user)
    if person.mail:
        assert await directory.find(person.mail.upper()) == person
    assert await directory.find(f"{new_name()}@{scene.user.rpartition('@')[2]}") is None


async def a_manager_is_a_user_or_a_404(scene: Scene) -> None:
    """Who has a manager gets one with id and UPN; who has none gets the 404 of an unknown user."""
    path = "/users/{}/manager"
    answer = await scene.ask("GET", path.format(segment(scene.user)))
    if answer.status_code == 200:
        manager = answer.json()
        assert manager["id"]
        assert manager["@odata.type"] != "#microsoft.graph.user" or manager["userPrincipalName"]
    else:
        assert refusal(answer) == NOT_FOUND
    assert refusal(await scene.ask("GET", path.format(NOBODY))) == NOT_FOUND


async def users_come_in_pages(scene: Scene) -> None:
    """A link leads from page to page, nobody comes twice, and the last page has none."""
    options = {"$select": "id", "$top": "2"}
    answer = await scene.ask("GET", "/users", params=options)
    first = answer.json()
    answer = await scene.ask("GET", first["@odata.nextLink"])
    second = answer.json()
    people = [row["id"] for page in (first, second) for row in page["value"]]
    assert len(people) == len(set(people)) > 2


async def everybody_has_a_password(scene: Scene) -> None:
    """Methods come with type and id; the password is one of them."""
    person = await Directory(scene.graph).user(scene.user)
    path = f"/users/{person.object_id}/authentication/methods"
    answer = await scene.ask("GET", path)
    assert answer.status_code == 200
    assert all(row["@odata.type"] and row["id"] for row in answer.json()["value"])
    methods = await AuthenticationMethods(scene.graph).methods(person.object_id)
    assert "passwordAuthenticationMethod" in methods


async def managers_come_with_the_users(scene: Scene) -> None:
    """A list of users may bring along the id of each one's manager, or none."""
    options = {"$select": "id", "$expand": "manager($select=id)", "$top": "5"}
    answer = await scene.ask("GET", "/users", params=options)
    assert answer.status_code == 200
    managers = [row["manager"] for row in answer.json()["value"] if row.get("manager")]
    assert all(manager["id"] for manager in managers)


async def the_report_names_methods(scene: Scene) -> None:
    """The registration report has id and methods of each user, or the tenant lacks the licence."""
    try:
        page = await RegistrationReport(scene.graph).page()
    except NotLicensed:
        return
    except PermissionDenied:
        pytest.skip("AuditLog.Read.All, which only the sweep needs, is not granted")
    assert all(one.object_id for one in page.registered)


async def a_wrong_token_is_a_401(scene: Scene) -> None:
    """A token that isn't one is refused as such."""
    headers = {"Authorization": "Bearer e30.e30.", "User-Agent": USER_AGENT}
    answer = await scene.ask("GET", f"/users/{segment(scene.user)}", headers=headers)
    assert refusal(answer) == (401, "InvalidAuthenticationToken")


AGREEMENTS = (
    a_user_has_two_names,
    what_is_selected_is_there,
    an_unknown_user_is_a_404,
    an_address_finds_its_user,
    a_manager_is_a_user_or_a_404,
    users_come_in_pages,
    everybody_has_a_password,
    managers_come_with_the_users,
    the_report_names_methods,
    a_wrong_token_is_a_401,
)
