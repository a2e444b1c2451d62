"""People who are Active, looked at again: who left the group, and who has no method any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
