"""Foreseeing an import: every count, every remark, and no trace of having looked."""

from datetime import timedelta
from typing import Any

import pytest

from activities.imports.dry_run import DISABLED, NO_MAIL, NO_MANAGER, PreflightActivities
from activities.imports.enrolment_starter import EnrolmentStarter
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import EXCLUDED, GUEST, READ_EVERYBODY_FROM, UNKNOWN, RowPeople
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.imports.file import RejectedRow
from domain.imports.report import PreflightReport
from graph.authentication_methods import AuthenticationMethods
from graph.registration_report import RegistrationReport
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.calls import part
from tests.activities.stage import Stage

REPORT = "/reports/"


def registered_people(stage: Stage) -> RegisteredPeople:
    """Return who is registered, at a pace that nobody waits for."""
    return RegisteredPeople(
        report=RegistrationReport(stage.graph),
        methods=AuthenticationMethods(stage.graph),
        looks_per_second=1_000,
    )


def foreseeing(stage: Stage) -> Attempts[PreflightReport]:
    """Return the attempts of one part's preflight."""
    preflight = PreflightActivities(
        people=RowPeople(
            directory=stage.directory,
            exclusions=stage.exclusions,
            guests=stage.guests,
            with_managers=True,
        ),
        directory=stage.directory,
        tracking_list=stage.tracking_list,
        starts=EnrolmentStarter(client=stage.client, methods=AuthenticationMethods(stage.graph)),
        registered=registered_people(stage),
        tenant_domains=frozenset({"contoso.example"}),
    )
    return Attempts(preflight.foresee_import)


async def enrol(stage: Stage, user: User) -> Any:
    """Start somebody's enrolment, which nobody works on."""
    return await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue="nobody-works-here",
    )


async def test_everything_is_foreseen(stage: Stage) -> None:
    """Each kind of person is counted, and who has an obstacle ahead is named by line."""
    boss = stage.user(methods=["phone"])
    managed: dict[str, Any] = {"manager_id": boss.id}
    excluded, enrolled, active = (stage.user(**managed) for _ in range(3))
    stage.tenant.add_member(stage.excluded_group.id, excluded.id)
    stage.row(Title=active.user_principal_name, ObjectId=active.id, InviteStatus="Active")
    handle = await enrol(stage, enrolled)
    people = [
        stage.user(**managed),
        stage.user(),
        stage.user(**managed, account_enabled=False),
        stage.tenant.add_user(f"{boss.id}@elsewhere.example", mail=None, **managed),
        boss,
        stage.user(**managed, user_type="Guest"),
        excluded,
        enrolled,
        active,
    ]
    names = [user.user_principal_name for user in people]
    rows = part(*names, "nobody@contoso.example", rejected=(RejectedRow(line=1, reason="?"),))

    report = await foreseeing(stage).next(rows)

    await handle.terminate("a test")
    assert report == PreflightReport(
        rows_done=10,
        resolved=7,
        to_invite=2,
        already_enrolled=1,
        already_active=1,
        unknown=1,
        guests=1,
        excluded=1,
        registered=1,
        disabled=1,
        no_mail=1,
        no_manager=1,
        rejected=[
            RejectedRow(line=1, reason="?"),
            RejectedRow(line=7, reason=GUEST),
            RejectedRow(line=8, reason=EXCLUDED),
            RejectedRow(line=11, reason=UNKNOWN),
        ],
        remarks=[
            RejectedRow(line=3, reason=NO_MANAGER),
            RejectedRow(line=4, reason=DISABLED),
            RejectedRow(line=5, reason=NO_MAIL),
        ],
    )


async def test_nothing_is_written(stage: Stage) -> None:
    """No call to Graph but reads, no row, no mail, no enrolment."""
    user = stage.user()
    log = stage.tenant.exchanges
    log.clear()
    log.enabled = True

    await foreseeing(stage).next(part(user.user_principal_name, "nobody@contoso.example"))

    log.enabled = False
    written = [one for one in log.all() if one.method != "GET"]
    assert written
    assert all(one.url.endswith("/checkMemberGroups") for one in written)
    assert stage.items() == []
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
    with pytest.raises(Exception, match="not found"):
        await handle.describe()


async def test_a_large_part_is_foreseen_by_pages(stage: Stage) -> None:
    """Managers and registrations of many are read along, without a call for each."""
    boss = stage.user()
    users = [stage.user(manager_id=boss.id) for _ in range(READ_EVERYBODY_FROM - 1)]
    users.append(stage.user(methods=["fido2"]))
    managers = stage.fault("GET", "/manager$", times=None)
    methods = stage.fault("GET", "/methods$", times=None)

    report = await foreseeing(stage).next(part(*(user.user_principal_name for user in users)))

    assert (report.to_invite, report.registered) == (READ_EVERYBODY_FROM - 1, 1)
    assert (managers.hits, methods.hits) == (0, 0)


async def test_a_preflight_resumes(stage: Stage) -> None:
    """An outage in the middle costs nothing that was done."""
    users = [stage.user() for _ in range(40)]
    rows = part(*(user.user_principal_name for user in users), users[0].user_principal_name)
    stage.fault("GET", users[30].user_principal_name.partition("@")[0], status=503)
    attempts = foreseeing(stage)
    await attempts.failure(rows)
    looks = stage.fault("GET", "/users/user-", times=None)

    report = await attempts.next(rows)

    assert (report.resolved, report.rows_done, len(report.repeated)) == (40, 41, 1)
    assert looks.hits == 16


async def test_without_the_report_a_few_are_looked_at(stage: Stage) -> None:
    """A tenant without the licence, or a permission: direct looks, to a bound that is told."""
    users = [stage.user(methods=["phone"] if number == 3 else []) for number in range(120)]
    ids = [user.id for user in users]
    for code in ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "accessDenied"):
        stage.fault("GET", REPORT, times=None, status=403, code=code)
        people = registered_people(stage)

        answer = {**await people.among(ids[:60]), **await people.among(ids[60:])}

        assert sum(answer.values()) == 1
        assert answer[ids[3]] is True
        assert len(answer) == 100


async def test_the_report_is_read_once(stage: Stage) -> None:
    """Parts of one import share what was read; a licence that is denied once is asked restart."""
    user = stage.user(methods=["phone"])
    stage.fault(
        "GET",
        REPORT,
        status=403,
        code="Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    )
    reads = stage.fault("GET", REPORT, times=None, hold_before=timedelta(milliseconds=10))
    people = registered_people(stage)
    for _ in range(3):
        assert await people.among([user.id]) == {user.id: True}
    assert 1 <= reads.hits <= -(-len(stage.tenant.users) // 100)
