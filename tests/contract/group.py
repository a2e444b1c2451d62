"""What we rely on in groups: adding a member, asking who is one."""

import pytest

from graph.directory import Directory
from graph.groups import EnforcementGroup
from tests.contract.directory import NOT_FOUND
from tests.contract.scene import NOBODY, Scene, refusal


async def the_group_tells_its_kind(scene: Scene) -> None:
    """What decides whether members can be added is there to be read."""
    select = "id,groupTypes,isAssignableToRole,onPremisesSyncEnabled,mailEnabled,securityEnabled"
    answer = await scene.ask("GET", f"/groups/{scene.group_id}", params={"$select": select})
    assert answer.status_code == 200
    body = answer.json()
    assert set(select.split(",")) <= set(body)
    assert isinstance(body["groupTypes"], list)
    await EnforcementGroup(scene.graph, scene.group_id).check()


async def a_member_is_added_once(scene: Scene) -> None:
    """The add is a 204, the second a 400 like any other, and reads show the member."""
    group = EnforcementGroup(scene.graph, scene.group_id)
    person = await Directory(scene.graph).user(scene.user)
    if await group.is_member(person.object_id):
        pytest.skip("the user is a member of the group already, and stays one")
    path = f"/groups/{scene.group_id}/members/$ref"
    body = {"@odata.id": f"{scene.graph.base_url}/directoryObjects/{person.object_id}"}
    added = await scene.ask("POST", path, json=body)
    assert (added.status_code, added.content) == (204, b"")
    try:
        assert await scene.in_time(lambda: group.is_member(person.object_id))
        again = await scene.ask("POST", path, json=body)
        assert refusal(again) == (400, "Request_BadRequest")
        await group.add_member(person.object_id)
    finally:
        members = f"/groups/{scene.group_id}/members"
        await scene.ask("DELETE", f"{members}/{person.object_id}/$ref")


async def the_absent_are_404s(scene: Scene) -> None:
    """An unknown member and an unknown group are the same answer."""
    body = {"@odata.id": f"{scene.graph.base_url}/directoryObjects/{NOBODY}"}
    for group_id in (scene.group_id, NOBODY):
        answer = await scene.ask("POST", f"/groups/{group_id}/members/$ref", json=body)
        assert refusal(answer) == NOT_FOUND
    assert refusal(await scene.ask("GET", f"/groups/{NOBODY}")) == NOT_FOUND


async def groups_that_do_not_exist_hold_nobody(scene: Scene) -> None:
    """The check answers with the asked groups that hold the user, and with no other."""
    path = f"/users/{(await Directory(scene.graph).user(scene.user)).object_id}/checkMemberGroups"
    answer = await scene.ask("POST", path, json={"groupIds": [NOBODY]})
    assert (answer.status_code, answer.json()["value"]) == (200, [])


AGREEMENTS = (
    the_group_tells_its_kind,
    a_member_is_added_once,
    the_absent_are_404s,
    groups_that_do_not_exist_hold_nobody,
)
