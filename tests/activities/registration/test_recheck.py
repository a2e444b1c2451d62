"""People who are Active, looked at again: who left the group, and who has no method any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.registration import recheck
from activities.registration.recheck import RecheckActivities, RecheckReport
from database.enrolments.active import ActivePeople
from database.enrolments.person import read_record
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from graph.authentication_methods import AuthenticationMethods
from graph.groups import EnforcementGroup
from graph.registration_report import RegistrationReport, ReportPage
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage
from tests.database.values import NOW, person, put

WEEK = timedelta(days=7)
ACTIVE: dict[str, Any] = {
    "status": InviteStatus.ACTIVE,
    "registration": RegistrationState.REGISTERED,
    "ended": EnrolmentEnd.ACTIVE,
    "ended_at": NOW,
    "in_group": True,
}


class Round(RegistrationReport):
    """A report whose second page leads to its third, and that one to the second."""

    async def page(self, link: str | None = None) -> ReportPage:
        """Return a page with nobody on it."""
        return ReportPage(registered=(), next_link="third" if link == "second" else "second")


def rechecking(
    stage: Stage,
    every: timedelta | None = WEEK,
    report: type[RegistrationReport] = RegistrationReport,
) -> Attempts[RecheckReport]:
    """Return the attempts of one look."""
    # The tests of a minute read the report more often than a day does.
    stage.assume(reportcalls="off")
    activities = RecheckActivities(
        group=EnforcementGroup(stage.graph, stage.group.id),
        report=report(stage.graph),
        methods=AuthenticationMethods(stage.graph),
        active=ActivePeople(stage.database),
        every=every,
    )
    return Attempts(activities.recheck_active)


async def attention(stage: Stage, user: User) -> AttentionKind | None:
    """Return why an admin should look at somebody."""
    async with stage.database.reading() as connection:
        found = await read_record(connection, user.id)
    assert found is not None
    return found.attention


@pytest.mark.parametrize("report", [RegistrationReport, Round], ids=["lost", "round"])
async def test_pages_that_are_never_read_are_done_without(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, report: type[RegistrationReport]
) -> None:
    """Every link to a next page is refused, or leads round: people are asked about one by one."""
    users = [stage.user(methods=["fido2"]) for _ in range(3)]
    for number, user in enumerate(users, start=1):
        await put(stage.database, person(number, object_id=user.id, **ACTIVE))
        stage.tenant.add_member(stage.group.id, user.id)
    monkeypatch.setattr(stage.tenant, "page_cap", 1)
    stage.assume(lostpages="1")

    found = await rechecking(stage, report=report).next(RecheckReport())

    assert (found.people, found.left_group, found.lost_methods) == (3, 0, 0)


async def test_only_what_differs_is_reported(stage: Stage) -> None:
    """Left the group, lost the method, fine; who is fine again needs nobody. Nothing is changed.

    Somebody who is enrolled still is left alone.
    """
    fine, left, lost, running = (
        stage.user(methods=[] if name == "lost" else ["fido2"])
        for name in ("fine", "left", "lost", "running")
    )
    for number, user in enumerate((fine, left, lost), start=1):
        await put(stage.database, person(number, object_id=user.id, **ACTIVE))
    await put(stage.database, person(4, object_id=running.id))
    for user in (fine, lost):
        stage.tenant.add_member(stage.group.id, user.id)

    report = await rechecking(stage).next(RecheckReport())

    assert (report.people, report.left_group, report.lost_methods) == (3, 1, 1)
    assert [await attention(stage, user) for user in (fine, left, lost, running)] == [
        None,
        AttentionKind.LEFT_GROUP,
        AttentionKind.LOST_METHODS,
        None,
    ]
    assert set(stage.tenant.members(stage.group.id)) == {fine.id, lost.id}

    stage.tenant.add_member(stage.group.id, left.id)
    assert await rechecking(stage).next(report) == report
    old = replace(report, checked_at=datetime.now(UTC) - WEEK)
    assert (await rechecking(stage).next(old)).left_group == 0
    assert await attention(stage, left) is None
    assert await rechecking(stage, every=None).next(RecheckReport()) == RecheckReport()


async def test_nobody_has_left_a_group_that_hides_its_members(stage: Stage) -> None:
    """Graph says of nobody that they are in it; what an earlier look said of them is forgotten."""
    fine, lost, again = (stage.user(methods=["fido2"] if name else []) for name in (1, 0, 0))
    kept = {**ACTIVE, "attention": AttentionKind.LEFT_GROUP}
    await put(stage.database, person(1, object_id=fine.id, **kept))
    await put(stage.database, person(2, object_id=lost.id, **ACTIVE))
    await put(stage.database, person(3, object_id=again.id, **ACTIVE))
    for user in (fine, lost, again):
        stage.tenant.add_member(stage.group.id, user.id)
    stage.group.visibility = "HiddenMembership"
    stage.fault("GET", f"{again.id}/authentication", times=None, status=403)
    try:
        first = await rechecking(stage).next(RecheckReport())
        stage.tenant.faults.clear()
        second = await rechecking(stage).next(first)
    finally:
        stage.group.visibility = None

    assert (first.hidden, first.left_group, first.lost_methods) == (True, 0, 1)
    assert first.unread == (again.id,)
    assert (second.hidden, second.left_group, second.lost_methods) == (True, 0, 2)
    assert [await attention(stage, user) for user in (fine, lost)] == [
        None,
        AttentionKind.LOST_METHODS,
    ]
    old = replace(second, checked_at=datetime.now(UTC) - WEEK)
    assert not (await rechecking(stage).next(old)).hidden


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_one_person_who_cannot_be_read_holds_up_nobody(stage: Stage, status: int) -> None:
    """The others are noted; who failed stays as noted, is named, and asked about the next day."""
    gone, lost, unread = (stage.user(methods=[]) for _ in range(3))
    for number, user in enumerate((unread, gone, lost), start=1):
        await put(
            stage.database, person(number, object_id=user.id, **{**ACTIVE, "in_group": False})
        )
    stage.tenant.delete_user(gone.id)
    refused = stage.fault("GET", f"{unread.id}/authentication", times=None, status=status)

    first = await rechecking(stage).next(RecheckReport())

    assert (first.people, first.lost_methods, first.unread) == (3, 1, (unread.id,))
    assert first.reason
    assert await attention(stage, lost) is AttentionKind.LOST_METHODS
    assert await attention(stage, unread) is None

    second = await rechecking(stage).next(first)
    assert second == first
    assert refused.hits > 1
    stage.tenant.faults.clear()
    found = await rechecking(stage).next(second)
    assert found == replace(first, lost_methods=2, unread=(), reason="")
    assert await attention(stage, unread) is AttentionKind.LOST_METHODS
    assert await rechecking(stage).next(found) == found


async def test_people_who_failed_before_are_asked_about_whoever_else_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole look has a bound, within which they are, and behind those who may be read."""
    users = [stage.user(methods=[]) for _ in range(4)]
    for number, user in enumerate(users, start=1):
        await put(
            stage.database, person(number, object_id=user.id, **{**ACTIVE, "in_group": False})
        )
    monkeypatch.setattr(recheck, "MOST_LOOKS", 2)
    monkeypatch.setattr(recheck, "ALL_FAILING", 1)
    stage.fault("GET", f"{users[0].id}/authentication", times=None, status=403)

    found = await rechecking(stage).next(RecheckReport(unread=(users[0].id,)))

    assert (found.lost_methods, found.unread) == (1, (users[0].id,))


async def test_a_look_that_reads_nobody_fails_and_has_noted_who_is_fine(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right is missing, as of all: that is told as a failure, and the next attempt is whole."""
    fine = stage.user(methods=["fido2"])
    users = [fine, *(stage.user(methods=[]) for _ in range(3))]
    kept = {**ACTIVE, "in_group": False, "attention": AttentionKind.LOST_METHODS}
    for number, user in enumerate(users, start=1):
        await put(stage.database, person(number, object_id=user.id, **kept))
    monkeypatch.setattr(recheck, "ALL_FAILING", 2)
    refused = stage.fault("GET", "/authentication/methods", times=None, status=403)

    with pytest.raises(ApplicationError) as failed:
        await rechecking(stage).next(RecheckReport())

    assert (failed.value.type, refused.hits) == ("PermissionDenied", 2)
    assert await attention(stage, fine) is None
    assert await attention(stage, users[1]) is AttentionKind.LOST_METHODS


@pytest.mark.parametrize(("status", "told"), [(401, "SignInFailed"), (429, "Throttled")])
async def test_a_failure_that_is_about_the_app_ends_the_look(
    stage: Stage, status: int, told: str
) -> None:
    """Nobody else is asked about: Temporal tries the look again, or an admin has to act."""
    users = [stage.user(methods=[]) for _ in range(2)]
    for number, user in enumerate(users, start=1):
        await put(
            stage.database, person(number, object_id=user.id, **{**ACTIVE, "in_group": False})
        )
    stage.fault("GET", f"{users[0].id}/authentication", times=None, status=status)
    stage.fault("GET", f"{users[1].id}/authentication", times=None, status=status)

    with pytest.raises(ApplicationError) as failed:
        await rechecking(stage).next(RecheckReport())

    assert failed.value.type == told
