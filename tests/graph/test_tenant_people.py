"""The directory and its groups as the simulated tenant has them, over msal, TLS and httpx."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.failures import NotFound, PermanentFailure, ServiceUnavailable
from graph.directory import Directory
from graph.group_search import check_excluded_group
from graph.groups import EnforcementGroup, Memberships
from graph.registration_report import RegistrationReport
from simulated_tenant.faults import Fault, Late
from tests.graph.tenant import NOBODY, Stage


async def test_an_unknown_user_is_not_found(stage: Stage) -> None:
    """A 404 is told without the name that was asked for."""
    with pytest.raises(NotFound, match="not in the directory") as raised:
        await Directory(stage.client).user("nobody@contoso.example")
    assert raised.value.code == "Request_ResourceNotFound"
    assert "nobody" not in str(raised.value)


async def test_a_guest_is_read_by_its_name(stage: Stage) -> None:
    """The hash signs of a guest's name don't cut the path."""
    name = f"g{uuid4().hex}_fabrikam.example#EXT#@contoso.example"
    stage.tenant.add_user(name, user_type="Guest", mail="g@fabrikam.example")

    assert (await Directory(stage.client).user(name)).is_guest


async def test_an_add_whose_answer_is_lost_succeeds(stage: Stage) -> None:
    """A 504 after the deed is made good in the same call."""
    user, group = stage.user("lost"), stage.group()
    fault = Fault(method="POST", path=f"{group.id}/members", status=504, after_write=True)
    stage.tenant.faults.add(fault)

    await EnforcementGroup(stage.client, group.id).add_member(user.id)

    assert stage.tenant.members(group.id) == [user.id]
    assert fault.hits == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"group_types": ["DynamicMembership"]}, "dynamic"),
        ({"on_premises_sync_enabled": True}, "synced"),
        ({"is_assignable_to_role": True}, "role-assignable"),
    ],
)
async def test_a_group_of_the_wrong_kind_fails_its_check(
    stage: Stage, kind: dict[str, object], said: str
) -> None:
    """Groups whose members can't be changed are named for what they are."""
    group = stage.group(**kind)

    with pytest.raises(PermanentFailure, match=said):
        await EnforcementGroup(stage.client, group.id).check()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"is_assignable_to_role": True}, "role-assignable"),
        ({"is_management_restricted": True}, "restricted management"),
    ],
)
async def test_a_group_that_no_permission_opens_is_named(
    stage: Stage, kind: dict[str, object], said: str
) -> None:
    """A refused add says what is with the group, and asks for no permission that is there."""
    group, user = stage.group(**kind), stage.user("closed")

    with pytest.raises(PermanentFailure, match=said):
        await EnforcementGroup(stage.client, group.id).add_member(user.id)


async def test_a_directory_that_forgets_pages_is_read_again(stage: Stage) -> None:
    """A listing that was cut is no answer, and passes; the next one is whole."""
    for number in range(5):
        stage.user(f"page{number}")
    stage.tenant.traits.switch("lostpages", "3")
    directory = Directory(stage.client)
    with pytest.raises(ServiceUnavailable, match="too early"):
        assert [one async for one in directory.everyone()] == []
    stage.tenant.traits.switch("lostpages", "off")
    assert len([one async for one in directory.everyone()]) == len(stage.tenant.users)


async def test_a_missing_group_is_told_from_a_missing_user(stage: Stage) -> None:
    """The 404 of an add says which of the two is wrong."""
    user, group = stage.user("either"), stage.group()

    with pytest.raises(NotFound, match="ENFORCEMENT_GROUP_ID"):
        await EnforcementGroup(stage.client, NOBODY).add_member(user.id)
    with pytest.raises(NotFound, match="user is not in the directory"):
        await EnforcementGroup(stage.client, group.id).add_member(NOBODY)


async def test_membership_of_many_groups_is_read(stage: Stage) -> None:
    """More groups than one call takes are asked about, nested ones included."""
    user, inner, outer = stage.user("many"), stage.group(), stage.group()
    stage.tenant.add_member(inner.id, user.id)
    stage.tenant.add_member(outer.id, inner.id)
    others = [stage.group().id for _ in range(22)]

    asked = [*others, inner.id, outer.id]

    assert await Memberships(stage.client).member_of(user.id, asked) == {inner.id, outer.id}


async def test_everybody_with_an_address_is_found(stage: Stage) -> None:
    """Two people may have one mail; a name that begins with a dollar sign is read as a name."""
    directory = Directory(stage.client)
    shared = f"m{uuid4().hex}@contoso.example"
    people = [
        stage.tenant.add_user(f"{name}{uuid4().hex}@contoso.example", mail=shared)
        for name in ("c1.", "c2.")
    ]
    dollar = stage.tenant.add_user(f"$d{uuid4().hex}@contoso.example")

    assert {one.object_id for one in await directory.holders(shared)} == {one.id for one in people}
    (found,) = await directory.holders(dollar.user_principal_name)
    assert found.object_id == dollar.id
    assert await directory.holders(f"nobody{uuid4().hex}@contoso.example") == ()


@pytest.mark.parametrize("odd", ["#", "%2f", "&", "'", "+", "/", "~"])
async def test_names_that_mean_something_in_an_address(stage: Stage, odd: str) -> None:
    """A UPN or a mail address is found as it is, whatever is made of it in a URL or a filter."""
    directory, key = Directory(stage.client), uuid4().hex
    upn, mail = f"o{odd}{key}@contoso.example", f"mail{odd}{key}@contoso.example"
    user = stage.tenant.add_user(upn, mail=mail)

    for name in (upn, mail):
        found = await directory.find(name)
        assert found is not None
        assert found.object_id == user.id
        assert [one.object_id for one in await directory.holders(name)] == [user.id]


async def test_a_member_is_told_so_by_the_add_itself(stage: Stage) -> None:
    """Graph's refusal to add somebody twice is its word, however late reads show them."""
    user, group = stage.user("word"), stage.group()
    stage.tenant.faults.late(Late.MEMBER, timedelta(minutes=5))
    enforcement = EnforcementGroup(stage.client, group.id)
    reads = stage.tenant.faults.add(Fault(method="POST", path=f"{user.id}/checkMemberGroups"))
    for _ in range(2):
        await enforcement.add_member(user.id)
    assert reads.hits == 0


async def test_the_report_names_people_with_windows_hello_alone(stage: Stage) -> None:
    """Its ``isMfaRegistered`` is false for them; a method that is no MFA names nobody."""
    hello = stage.tenant.add_user(
        f"h{uuid4().hex}@contoso.example", methods=["windowsHelloForBusiness"]
    )
    single_factor = {
        stage.tenant.add_user(f"s{uuid4().hex}@contoso.example", methods=[method]).id
        for method in ("email", "qrCodePin", "temporaryAccessPass")
    }
    report, link = RegistrationReport(stage.client), None
    named, without = set[str](), set[str]()
    while True:
        page = await report.page(link)
        named |= {one.object_id for one in page.registered}
        without |= {one.object_id for one in page.unregistered}
        link = page.next_link
        if link is None:
            break
    assert hello.id in named - without
    assert single_factor <= without - named


async def test_what_may_be_null_is_nobodys_end(stage: Stage) -> None:
    """Somebody without a name is called as their address begins, and reports tell of no methods."""
    user, away = stage.user("null"), stage.user("away", account_enabled=False)
    stage.tenant.traits.switch("nulls")
    try:
        person = await Directory(stage.client).user(user.id)
        disabled = await Directory(stage.client).user(away.id)
        page = await RegistrationReport(stage.client).page()
    finally:
        stage.tenant.traits.switch("nulls", "off")
    local_part = user.user_principal_name.partition("@")[0]
    assert (person.display_name, person.user_type) == (local_part, "Member")
    assert (person.account_enabled, disabled.account_enabled) == (True, False)
    assert page.unregistered


async def test_an_excluded_group_whose_members_are_hidden_fails_its_check(stage: Stage) -> None:
    """Graph says of nobody that they are in it; where it shows members, it is as good as others."""
    group = stage.group(group_types=["Unified"])
    stage.tenant.add_member(group.id, stage.user("excluded").id)
    await check_excluded_group(stage.client, group.id)

    group.visibility = "HiddenMembership"
    with pytest.raises(PermanentFailure, match=r"Member\.Read\.Hidden"):
        await check_excluded_group(stage.client, group.id)


async def test_an_enforcement_group_that_hides_its_members_calls_nobody_gone(stage: Stage) -> None:
    """Members are added all the same; that none is seen is no answer about anybody."""
    group = stage.group(group_types=["Unified"], visibility="HiddenMembership")
    enforcement, user = EnforcementGroup(stage.client, group.id), stage.user("hidden")
    assert await enforcement.add_member(user.id) is True

    assert not await enforcement.shows_members()
    for attempt in (enforcement.check, lambda: enforcement.is_member(user.id)):
        with pytest.raises(PermanentFailure, match=r"Member\.Read\.Hidden"):
            await attempt()

    group.visibility = None
    await enforcement.check()
    assert await enforcement.is_member(user.id)
    assert not await enforcement.is_member(stage.user("outside").id)
