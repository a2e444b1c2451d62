"""People who are Active, looked at again: who left the group, and who has no method any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.registration.recheck import RecheckActivities, RecheckReport
from database.enrolments.active import ActivePeople
from database.enrolments.person import read_record
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from graph.authentication_methods import AuthenticationMethods
from graph.groups import EnforcementGroup
from graph.registration_report import RegistrationReport
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage
from tests.database.values import NOW, person, put

WEEK = timedelta(days=7)


def rechecking(stage: Stage, every: timedelta | None = WEEK) -> Attempts[RecheckReport]:
    """Return the attempts of one look."""
    activities = RecheckActivities(
        group=EnforcementGroup(stage.graph, stage.group.id),
        report=RegistrationReport(stage.graph),
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


async def test_only_what_differs_is_reported(stage: Stage) -> None:
    """Left the group, lost the method, fine; who is fine again needs nobody. Nothing is changed.

    Somebody who is enrolled still is left alone.
    """
    fine, left, lost, running = (
        stage.user(methods=[] if name == "lost" else ["fido2"])
        for name in ("fine", "left", "lost", "running")
    )
    active: dict[str, Any] = {
        "status": InviteStatus.ACTIVE,
        "registration": RegistrationState.REGISTERED,
        "ended": EnrolmentEnd.ACTIVE,
        "ended_at": NOW,
        "in_group": True,
    }
    for number, user in enumerate((fine, left, lost), start=1):
        await put(stage.database, person(number, object_id=user.id, **active))
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
