"""Adding somebody to the enforcement group."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.enrolment.group import GroupActivities
from domain.status import GroupAnswer
from graph.groups import EnforcementGroup, Memberships
from simulated_tenant.faults import Late
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.stage import Stage
from tests.support.eventually import eventually

NOBODY = "99999999-9999-4999-8999-999999999999"


def adding(stage: Stage) -> Attempts[GroupAnswer]:
    """Return the attempts of one adding."""
    return Attempts(stage.group_activities.add_to_group)


def looking_at_the_excluded_group(stage: Stage, every: timedelta) -> Attempts[GroupAnswer]:
    """Return the attempts of a worker that looks so often whether the group is there."""
    memberships = Memberships(stage.graph, look_every=every)
    activities = GroupActivities(
        group=EnforcementGroup(stage.graph, stage.group.id),
        directory=stage.directory,
        exclusions=replace(stage.exclusions, memberships=memberships),
    )
    return Attempts(activities.add_to_group)


async def test_a_user_becomes_a_member(stage: Stage) -> None:
    """Graph has said so, and the member is there once."""
    stage.assume(grouplag="off")
    user = stage.user()

    assert await adding(stage).next(user.id) is GroupAnswer.ADDED
    assert stage.tenant.members(stage.group.id) == [user.id]


async def test_a_member_stays_one(stage: Stage) -> None:
    """Who was a member before is told apart: nobody may take them out again on our account."""
    user = stage.user()
    stage.tenant.add_member(stage.group.id, user.id)

    assert await adding(stage).next(user.id) is GroupAnswer.ALREADY_MEMBER
    assert stage.tenant.members(stage.group.id) == [user.id]


@pytest.mark.parametrize("late", [False, True], ids=["504", "no answer"])
async def test_an_add_whose_answer_was_lost_is_found(stage: Stage, *, late: bool) -> None:
    """The first attempt added the user without knowing; the second finds the membership."""
    stage.assume(grouplag="off")
    user = stage.user()
    lost = {"hold_after": timedelta(seconds=1)} if late else {"status": 504, "after_write": True}
    stage.fault("POST", "/members/", **lost)
    attempts = adding(stage.impatient if late else stage)

    assert_passing(await attempts.failure(user.id), "ServiceUnavailable")
    await eventually(lambda: stage.tenant.members(stage.group.id))

    assert await attempts.next(user.id) is GroupAnswer.ALREADY_MEMBER
    assert stage.tenant.members(stage.group.id) == [user.id]


async def test_a_membership_that_reads_do_not_show_yet_is_believed(stage: Stage) -> None:
    """Refused as "already there": Graph's own word, whatever reads show for a while."""
    user = stage.user()
    stage.tenant.faults.late(Late.MEMBER, timedelta(hours=1), times=1)
    await adding(stage).next(user.id)

    assert await adding(stage).next(user.id) is GroupAnswer.ALREADY_MEMBER


async def test_an_excluded_user_is_not_added(stage: Stage) -> None:
    """A member of the excluded group is left out."""
    user = stage.user()
    stage.tenant.add_member(stage.excluded_group.id, user.id)

    assert await adding(stage).next(user.id) is GroupAnswer.EXCLUDED
    assert stage.tenant.members(stage.group.id) == []


@pytest.mark.parametrize("by", ["id", "user_principal_name"])
async def test_a_user_excluded_by_name_is_not_added(stage: Stage, by: str) -> None:
    """``EXCLUDED_USERS`` holds ObjectIds and UPNs, in lower case."""
    user = stage.user("MiXed")
    excluded = stage.but(excluded_users=frozenset({str(getattr(user, by)).casefold()}))

    assert await adding(excluded).next(user.id) is GroupAnswer.EXCLUDED
    assert await adding(stage).next(user.id) is GroupAnswer.ADDED


@pytest.mark.parametrize("kind", ["absent", "hidden"])
async def test_an_excluded_group_in_which_nobody_is_seen_stops_everybody(
    stage: Stage, kind: str
) -> None:
    """Graph says of nobody that they are in it: an admin has to act, and then it goes on."""
    user = stage.user()
    stage.excluded_group.visibility = "HiddenMembership" if kind == "hidden" else None
    if kind == "absent":
        stage.fault("GET", f"/groups/{stage.excluded_group.id}", times=None, status=404)
    attempts = looking_at_the_excluded_group(stage, timedelta(0))

    for _ in range(2):
        assert_permanent(await attempts.failure(user.id), "PermanentFailure")
    assert stage.tenant.members(stage.group.id) == []

    stage.excluded_group.visibility = None
    stage.tenant.faults.clear()
    assert await attempts.next(user.id) is GroupAnswer.ADDED


@pytest.mark.parametrize(("every", "hits"), [(timedelta(minutes=10), 0), (timedelta(0), 3)])
async def test_the_excluded_group_is_looked_at_now_and_then(
    stage: Stage, every: timedelta, hits: int
) -> None:
    """A worker has looked before it begins, and ten minutes long the group is as it was."""
    looks = stage.fault("GET", f"/groups/{stage.excluded_group.id}", times=None)
    attempts = looking_at_the_excluded_group(stage, every)
    for _ in range(3):
        await attempts.next(stage.user().id)
    assert looks.hits == hits


async def test_an_exclusion_that_may_not_be_read_excludes(stage: Stage) -> None:
    """Whether somebody is excluded can't be read: then they are."""
    user = stage.user()
    stage.fault("POST", "/checkMemberGroups", status=403)

    assert await adding(stage).next(user.id) is GroupAnswer.EXCLUDED
    assert stage.tenant.members(stage.group.id) == []


async def test_an_exclusion_that_cannot_be_read_now_waits(stage: Stage) -> None:
    """A passing failure decides nothing: the attempt fails, and the next one reads it."""
    user = stage.user()
    stage.fault("POST", "/checkMemberGroups", status=503)
    attempts = adding(stage)

    assert_passing(await attempts.failure(user.id), "ServiceUnavailable")

    assert stage.tenant.members(stage.group.id) == []
    assert await attempts.next(user.id) is GroupAnswer.ADDED


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"group_types": ["DynamicMembership"]}, "dynamic group"),
        ({"on_premises_sync_enabled": True}, "synced from on-premises"),
        ({"mail_enabled": True}, "mail-enabled"),
        ({"is_assignable_to_role": True}, "role-assignable"),
        ({"is_management_restricted": True}, "restricted management"),
    ],
)
async def test_a_group_of_the_wrong_kind_is_refused(
    stage: Stage, kind: dict[str, Any], said: str
) -> None:
    """A group that nobody can be added to is for people to mend, and named for what it is."""
    group = stage.tenant.add_group("Wrong", **kind)
    wrong = stage.but(group_id=group.id)

    error = await adding(wrong).failure(stage.user().id)

    assert_permanent(error, "PermanentFailure")
    assert said in str(error)
    assert "ENFORCEMENT_GROUP_ID" in str(error)


async def test_a_missing_group_is_told_from_a_missing_user(stage: Stage) -> None:
    """Both are 404; the message says which of them is missing."""
    lost = stage.but(group_id=NOBODY)

    no_group = await adding(lost).failure(stage.user().id)
    no_user = await adding(stage).failure(NOBODY)

    assert_permanent(no_group, "NotFound")
    assert "group does not exist" in str(no_group)
    assert_permanent(no_user, "NotFound")
    assert "user is not in the directory" in str(no_user)


async def test_a_user_who_vanishes_in_between_is_missing(stage: Stage) -> None:
    """The user was there a moment ago; the group call's 404 is told as the user's."""
    user = stage.user()
    stage.fault("POST", "/members/", status=404)

    error = await adding(stage).failure(user.id)

    assert_permanent(error, "NotFound")
    assert "user is not in the directory" in str(error)
