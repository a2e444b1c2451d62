"""A dry run of an import: every count, every remark, and no trace of having looked."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.service import RPCError

from activities.imports.part import PartInput
from activities.imports.resolve_rows import READ_EVERYBODY_FROM
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.imports.reasons import RowReason
from domain.imports.report import Count, DryRunReport, ImportReport
from domain.imports.rows import ReportedRow
from domain.status import InviteStatus
from simulated_tenant.directory.users import User
from tests.activities.calls import part
from tests.activities.imports.importing import registered_people, starting
from tests.activities.imports.test_active_rows import completed
from tests.activities.stage import Stage

REPORT = "/reports/"


def dry_part(*addresses: str, **more: Any) -> PartInput:
    """Return a part of an import that nobody is to be started by."""
    return part(*addresses, dry_run=True, **more)


def dry(report: ImportReport) -> DryRunReport:
    """Return what only a dry run tells."""
    assert report.dry_run is not None
    return report.dry_run


async def enrol(stage: Stage, user: User) -> Any:
    """Start somebody's enrolment, which nobody works on."""
    return await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue="nobody-works-here",
    )


async def test_everything_is_told(stage: Stage) -> None:
    """Each kind of person is counted, and who has an obstacle ahead is named by line."""
    stage.assume(nulls="off")
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
        stage.user(domain="elsewhere.example", mail=None, **managed),
        boss,
        stage.user(**managed, user_type="Guest"),
        excluded,
        enrolled,
        active,
    ]
    names = [user.user_principal_name for user in people]
    early = ReportedRow(line=1, reason=RowReason.NO_ADDRESS)
    rows = dry_part(*names, "nobody@contoso.example", rejected=(early,))

    report = await starting(stage).next(rows)

    await handle.terminate("a test")
    assert report == ImportReport(
        rows_done=10,
        already_enrolled=1,
        already_active=1,
        rejected=[
            early,
            ReportedRow(line=7, reason=RowReason.GUEST),
            ReportedRow(line=8, reason=RowReason.EXCLUDED),
            ReportedRow(line=11, reason=RowReason.UNKNOWN),
        ],
        dry_run=DryRunReport(
            resolved=7,
            to_invite=2,
            registered=1,
            remarks=[
                ReportedRow(line=3, reason=RowReason.NO_MANAGER),
                ReportedRow(line=4, reason=RowReason.DISABLED),
                ReportedRow(line=5, reason=RowReason.NO_MAIL),
            ],
        ),
    )
    once = (Count.UNKNOWN, Count.GUESTS, Count.EXCLUDED, Count.DISABLED, Count.NO_MAIL)
    assert {report.counts()[name] for name in (*once, Count.NO_MANAGER)} == {1}
    assert report.counts()[Count.REJECTED] == 4


async def test_nothing_is_written(stage: Stage) -> None:
    """No call to Graph but reads, no row, no mail, no enrolment."""
    user = stage.user()
    log = stage.tenant.exchanges
    log.clear()
    log.enabled = True

    await starting(stage).next(dry_part(user.user_principal_name, "nobody@contoso.example"))

    log.enabled = False
    written = [one for one in log.all() if one.method != "GET"]
    assert written
    assert all(one.url.endswith(("/checkMemberGroups", "/$batch")) for one in written)
    assert stage.items() == []
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
    with pytest.raises(RPCError, match="not found"):
        await handle.describe()


@pytest.mark.parametrize("restart", [False, True])
async def test_people_who_were_active_once(stage: Stage, *, restart: bool) -> None:
    """Their row says Active: they are left alone, unless the import is to start them again."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, ObjectId=user.id, InviteStatus="Active")
    await completed(stage, user, InviteStatus.SENT)

    report = await starting(stage).next(dry_part(user.user_principal_name, restart_active=restart))

    assert (report.already_active, dry(report).to_invite) == ((0, 1) if restart else (1, 0))


async def test_a_large_part_is_looked_up_by_pages(stage: Stage) -> None:
    """Managers and registrations of many are read along, without a call for each."""
    boss = stage.user()
    users = [stage.user(manager_id=boss.id) for _ in range(READ_EVERYBODY_FROM - 1)]
    users.append(stage.user(methods=["fido2"]))
    managers = stage.fault("GET", "/manager$", times=None)
    methods = stage.fault("GET", "/methods$", times=None)

    report = await starting(stage).next(dry_part(*(user.user_principal_name for user in users)))

    assert (dry(report).to_invite, dry(report).registered) == (READ_EVERYBODY_FROM - 1, 1)
    assert (managers.hits, methods.hits) == (0, 0)


async def test_a_dry_run_resumes(stage: Stage) -> None:
    """An outage in the middle costs nothing that was done."""
    users = [stage.user() for _ in range(40)]
    rows = dry_part(*(user.user_principal_name for user in users), users[0].user_principal_name)
    stage.fault("GET", users[30].user_principal_name.partition("@")[0], status=503)
    attempts = starting(stage)
    await attempts.failure(rows)
    looks = stage.fault("GET", "/users/user-", times=None)

    report = await attempts.next(rows)

    assert (dry(report).resolved, report.rows_done, len(report.repeated)) == (40, 41, 1)
    assert looks.hits == 16


async def test_somebody_who_leaves_meanwhile_ends_no_dry_run(stage: Stage) -> None:
    """They were resolved, and neither their manager nor their methods are there any more."""
    gone, other = stage.user(), stage.user()
    stage.fault("GET", REPORT, times=None, status=403)
    for path in ("manager", "authentication/methods"):
        stage.fault("GET", f"/users/{gone.id}/{path}", times=None, status=404)
    stage.fault("GET", rf"/users/{gone.id}\?", times=None, status=404)

    report = await starting(stage).next(
        dry_part(gone.user_principal_name, other.user_principal_name)
    )

    assert (dry(report).resolved, dry(report).to_invite) == (2, 2)


async def test_without_the_report_a_few_are_looked_at(stage: Stage) -> None:
    """Without the licence, a permission, or in another cloud: direct looks, to a told bound."""
    users = [stage.user(methods=["phone"] if number == 3 else []) for number in range(120)]
    ids = [user.id for user in users]
    for status, code in (
        (400, "BadRequest"),
        (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
        (403, "accessDenied"),
    ):
        stage.tenant.faults.clear()
        refused = stage.fault("GET", REPORT, times=None, status=status, code=code)
        people = registered_people(stage)

        answer = {**await people.among(ids[:60]), **await people.among(ids[60:])}

        assert sum(answer.values()) == 1
        assert answer[ids[3]] is True
        assert len(answer) == 100
        assert refused.hits > 0, code


async def test_the_report_is_read_once(stage: Stage) -> None:
    """Parts of one import share what was read; a licence that is denied once is asked again."""
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


async def test_a_report_that_is_never_read_whole_is_done_without(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost page is looked for from the beginning; where all are lost, people are looked at."""
    users = [stage.user(methods=["phone"]), stage.user()]
    ids = [user.id for user in users]
    monkeypatch.setattr(stage.tenant, "page_cap", 1 + len(stage.tenant.users) // 2)
    people = registered_people(stage)
    stage.assume(lostpages="1")
    reads = stage.fault("GET", REPORT, times=None, hold_before=timedelta(0))
    assert await people.among(ids) == {ids[0]: True, ids[1]: False}
    assert reads.hits == 6
    stage.assume(lostpages="2")
    assert await registered_people(stage).among(ids) == {ids[0]: True, ids[1]: False}
