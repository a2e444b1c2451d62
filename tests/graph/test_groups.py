"""Members are added once, whatever Graph answers, and never on a guess."""

import pytest

from domain.failures import (
    BadRequest,
    Conflict,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from graph.group_search import check_excluded_group
from graph.groups import EnforcementGroup, Memberships
from graph.http.client import GraphClient
from tests.graph.http.peer import Answer, Peer

GROUP = "6d0e0000-0000-4000-8000-00000000000a"
USER = "8a1f0000-0000-4000-8000-000000000001"
ADDED = Answer(status=204)
REFUSED = Answer(status=400, body={"error": {"code": "Request_BadRequest", "message": "any"}})
ABSENT = Answer(status=404, body={"error": {"code": "Request_ResourceNotFound", "message": "x"}})
MEMBER = Answer(body={"value": [GROUP.upper()]})
NO_MEMBER = Answer(body={"value": []})
PLAIN = Answer(
    body={
        "id": GROUP,
        "groupTypes": [],
        "isAssignableToRole": None,
        "onPremisesSyncEnabled": None,
        "mailEnabled": False,
    }
)
ADD = f"POST /v1.0/groups/{GROUP}/members/$ref"
REMOVE = f"DELETE /v1.0/groups/{GROUP}/members/{USER}/$ref"
CHECK = f"POST /v1.0/users/{USER}/checkMemberGroups"


@pytest.fixture
def group(client: GraphClient) -> EnforcementGroup:
    """Return a group whose Graph is the scripted peer."""
    return EnforcementGroup(client, GROUP)


async def test_a_user_is_added(group: EnforcementGroup, peer: Peer) -> None:
    """One call with a reference to the user is all it takes."""
    peer.answers(ADDED)

    assert await group.add_member(USER) is True

    assert peer.targets == [ADD]
    assert peer.asked[0].json() == {
        "@odata.id": f"{peer.origin}/v1.0/directoryObjects/{USER}",
    }


async def test_a_page_adds_nobody(group: EnforcementGroup, peer: Peer) -> None:
    """Whoever is in the group is so by Graph's own 204: a proxy's page, or nothing, proves none."""
    peer.answers(Answer(body="<html>Who are you?</html>"), Answer(), ADDED)

    assert await group.add_member(USER) is True
    assert peer.targets == [ADD] * 3


async def test_a_member_stays_one(group: EnforcementGroup, peer: Peer) -> None:
    """A refusal is success if a read shows the membership."""
    peer.answers(REFUSED, MEMBER)

    assert await group.add_member(USER) is False

    assert peer.targets == [ADD, CHECK]
    assert peer.asked[1].json() == {"groupIds": [GROUP]}


async def test_a_lost_answer_is_made_good(group: EnforcementGroup, peer: Peer) -> None:
    """A 504 after the deed leads to a second try, a refusal, and the read that settles it."""
    peer.answers(Answer(status=504), REFUSED, MEMBER)

    await group.add_member(USER)

    assert peer.targets == [ADD, ADD, CHECK]


@pytest.mark.parametrize("group_answer", [PLAIN, Answer(status=403)])
async def test_a_refusal_without_reason_passes(
    group: EnforcementGroup, peer: Peer, group_answer: Answer
) -> None:
    """Refused, no member, and no reason to be seen: reads lag, so it is tried again later."""
    peer.answers(REFUSED, NO_MEMBER, group_answer)

    with pytest.raises(Conflict, match="tried again") as raised:
        await group.add_member(USER)
    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"groupTypes": ["DynamicMembership"]}, "dynamic"),
        ({"onPremisesSyncEnabled": True}, "synced"),
        ({"isAssignableToRole": True}, "role-assignable"),
        ({"mailEnabled": True}, "mail-enabled"),
    ],
)
async def test_a_group_of_the_wrong_kind_is_named(
    group: EnforcementGroup, peer: Peer, properties: dict[str, object], reason: str
) -> None:
    """Both the check and a refused add say why the group can't be changed."""
    kind = Answer(body={"id": GROUP} | properties)
    peer.answers(kind, REFUSED, NO_MEMBER, kind)

    for attempt in (group.check, lambda: group.add_member(USER)):
        with pytest.raises(PermanentFailure, match=reason) as raised:
            await attempt()
        assert "ENFORCEMENT_GROUP_ID" in str(raised.value)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"isAssignableToRole": True}, "role-assignable"),
        ({"isManagementRestricted": True}, "restricted management"),
    ],
)
async def test_a_group_that_no_permission_opens_is_named(
    group: EnforcementGroup, peer: Peer, properties: dict[str, object], reason: str
) -> None:
    """Graph answers as for a permission that lacks, which would be granted in vain."""
    kind = Answer(body={"id": GROUP} | properties)
    for attempt in (group.add_member, group.remove_member):
        peer.answers(Answer(status=403), kind)
        with pytest.raises(PermanentFailure, match=reason) as raised:
            await attempt(USER)
        assert type(raised.value) is PermanentFailure


@pytest.mark.parametrize("group_answer", [PLAIN, Answer(status=400), Answer(status=403), ABSENT])
async def test_a_permission_that_lacks_is_named(
    group: EnforcementGroup, peer: Peer, group_answer: Answer
) -> None:
    """Where the group has no reason to refuse, or doesn't show it, it is for the app to be let."""
    for attempt in (group.add_member, group.remove_member):
        peer.answers(Answer(status=403), group_answer)
        with pytest.raises(
            PermissionDenied, match=r"members of the enforce.*GroupMember\.ReadWrite\.All.*admin-gu"
        ):
            await attempt(USER)
    assert peer.unspoken == 0


@pytest.mark.parametrize(
    "properties", [{}, {"groupTypes": ["Unified"], "mailEnabled": True}, {"groupTypes": None}]
)
async def test_an_assigned_group_is_fine(
    group: EnforcementGroup, peer: Peer, properties: dict[str, object]
) -> None:
    """A security group and a Microsoft 365 group pass the check."""
    peer.answers(Answer(body={"id": GROUP} | properties))

    await group.check()

    assert peer.unspoken == 0


@pytest.mark.parametrize(
    ("group_answer", "said"),
    [
        (PLAIN, "user is not in the directory"),
        (ABSENT, "enforcement group does not exist"),
        (Answer(status=403), "group or the user"),
    ],
)
async def test_an_absence_is_told_apart(
    group: EnforcementGroup, peer: Peer, group_answer: Answer, said: str
) -> None:
    """A 404 is about the group or about the user; the group's own answer tells which."""
    peer.answers(ABSENT, group_answer)

    with pytest.raises(NotFound, match=said):
        await group.add_member(USER)


async def test_an_outage_stays_one(group: EnforcementGroup, peer: Peer) -> None:
    """A read that fails after a refusal doesn't end as success."""
    peer.answers(REFUSED, *[Answer(status=503)] * 3)

    with pytest.raises(ServiceUnavailable):
        await group.add_member(USER)


async def test_a_member_is_removed(group: EnforcementGroup, peer: Peer) -> None:
    """One call takes the user out; the reference at the end keeps the user's account."""
    peer.answers(ADDED)

    await group.remove_member(USER)

    assert peer.targets == [REMOVE]


async def test_who_is_no_member_stays_outside(group: EnforcementGroup, peer: Peer) -> None:
    """A 404 about the member is a success; one about the group is told."""
    peer.answers(ABSENT, PLAIN, ABSENT, ABSENT, ABSENT, Answer(status=403))

    await group.remove_member(USER)
    with pytest.raises(NotFound, match="enforcement group does not exist"):
        await group.remove_member(USER)
    await group.remove_member(USER)

    assert peer.unspoken == 0


async def test_a_removal_that_the_group_refuses_is_explained(
    group: EnforcementGroup, peer: Peer
) -> None:
    """A dynamic group is named as such, and any other refusal stays one."""
    peer.answers(REFUSED, Answer(body={"id": GROUP, "groupTypes": ["DynamicMembership"]}))
    with pytest.raises(PermanentFailure, match="dynamic"):
        await group.remove_member(USER)
    peer.answers(REFUSED, PLAIN)
    with pytest.raises(BadRequest):
        await group.remove_member(USER)


async def test_membership_is_asked_for_twenty_groups_at_a_time(
    client: GraphClient, peer: Peer
) -> None:
    """Many groups cost several calls; ids come back as the caller spelled them."""
    groups = [f"G-{number}" for number in range(41)]
    peer.answers(
        Answer(body={"value": ["g-0", "g-19"]}),
        Answer(body={"value": []}),
        Answer(body={"value": ["g-40", "other"]}),
    )

    assert await Memberships(client).member_of(USER, groups) == {"G-0", "G-19", "G-40"}
    assert [len(asked.json()["groupIds"]) for asked in peer.asked] == [20, 20, 1]


async def test_no_groups_cost_no_call(client: GraphClient, peer: Peer) -> None:
    """Without groups to look at there is nothing to ask."""
    assert await Memberships(client).member_of(USER, []) == frozenset()
    assert peer.asked == []


@pytest.mark.parametrize("answer", [Answer(body={}), Answer(body={"value": 1})])
async def test_an_odd_answer_is_not_no_member(
    client: GraphClient, peer: Peer, answer: Answer
) -> None:
    """Whatever isn't a list of groups is a failure, never "in none of them"."""
    peer.answers(answer)

    with pytest.raises(UnexpectedAnswer):
        await Memberships(client).member_of(USER, [GROUP])


async def test_hidden_members_that_are_shown_are_read(client: GraphClient, peer: Peer) -> None:
    """The app may have been granted to read them: a single member shows that."""
    hidden = Answer(body={"id": GROUP, "visibility": "HiddenMembership"})
    peer.answers(hidden, Answer(body={"value": [{"id": USER}]}))

    await check_excluded_group(client, GROUP)

    assert peer.targets[1] == f"GET /v1.0/groups/{GROUP}/members?$select=id"
