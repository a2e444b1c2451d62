"""Parts of large imports: the directory is read page by page, once for all who wait for it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from activities.imports.directory_scan import DirectoryScan
from activities.imports.resolve_rows import READ_EVERYBODY_FROM
from domain.failures import PermissionDenied, ServiceUnavailable
from domain.imports.reasons import RowReason
from simulated_tenant.faults import Fault
from tests.activities.calls import part
from tests.activities.imports.importing import starting
from tests.activities.stage import Stage

PAGES, ONE_BY_ONE = r"/users\?", "/users/"


def counted(stage: Stage, path: str, method: str = "GET") -> Fault:
    """Count calls and let them pass."""
    return stage.fault(method, path, times=None)


async def test_a_large_part_asks_for_nobody_by_name(stage: Stage) -> None:
    """UPN, mail, alias and ObjectId are all found on the pages; only the unknown are asked for."""
    stage.assume(nulls="off")
    unique = uuid4().hex
    alias = stage.user(
        proxy_addresses=[f"SMTP:main-{unique}@x.example", f"smtp:a{unique}@x.example"]
    )
    mail = stage.user(mail=f"m{unique}@x.example")
    by_id = stage.user()
    others = [stage.user() for _ in range(READ_EVERYBODY_FROM - 4)]
    pages = counted(stage, PAGES)
    names = [f"A{unique}@x.example", f"M{unique}@X.example", by_id.id.upper()]
    rows = part(*names, "nobody@x.example", *(user.user_principal_name for user in others))

    report = await starting(stage).next(rows)

    assert report.started == READ_EVERYBODY_FROM - 1
    assert [(row.line, row.reason) for row in report.rejected] == [(5, RowReason.UNKNOWN)]
    whole_directory = -(-len(stage.tenant.users) // 999)
    # And three filters: the unknown one's ``mail`` and aliases, and whose name is like it.
    assert pages.hits == whole_directory + 3
    assert {alias.id, mail.id} <= {user.id for user in stage.tenant.users}


async def test_a_small_part_reads_no_pages(stage: Stage) -> None:
    """For a few rows a call each is cheaper than the whole directory."""
    user, pages = stage.user(), counted(stage, PAGES)
    assert (await starting(stage).next(part(user.user_principal_name))).started == 1
    assert pages.hits == 0


async def test_parts_share_a_pass(stage: Stage) -> None:
    """Whoever comes during a pass waits for the next one: two passes for any number of parts."""
    stage.assume(nulls="off")
    users = [stage.user() for _ in range(6)]
    first_page = stage.fault("GET", PAGES, hold_before=timedelta(milliseconds=300))
    pages = counted(stage, PAGES)
    passes = DirectoryScan(stage.directory)

    found = await asyncio.gather(*(passes.find([user.user_principal_name]) for user in users))

    for user, answer in zip(users, found, strict=True):
        assert [one.person.object_id for one in answer.values()] == [user.id]
    assert first_page.hits == 1
    assert first_page.hits + pages.hits <= 2 * -(-len(stage.tenant.users) // 999)


async def test_what_is_not_unique_is_left_open(stage: Stage) -> None:
    """An address that two people have means neither; a UPN is surer than anybody's alias."""
    shared, unique = f"team-{uuid4().hex}@x.example", uuid4().hex
    stage.user(mail=shared)
    stage.user(mail=shared)
    named = stage.user(unique)
    stage.user(proxy_addresses=[f"smtp:{named.user_principal_name}"])

    found = await DirectoryScan(stage.directory).find([shared, named.user_principal_name.upper()])

    assert {name: one.person.object_id for name, one in found.items()} == {
        named.user_principal_name: named.id
    }


async def test_a_pass_that_breaks_off_costs_only_who_waited_for_it(stage: Stage) -> None:
    """The failure is told to one; the others read for themselves, and the next is not misled."""
    users = [stage.user() for _ in range(3)]
    stage.fault("GET", PAGES, status=403)
    passes = DirectoryScan(stage.directory)

    results = await asyncio.gather(
        *(passes.find([user.user_principal_name]) for user in users), return_exceptions=True
    )

    assert isinstance(results[0], PermissionDenied)
    assert [len(result) for result in results[1:] if not isinstance(result, BaseException)] == [
        1,
        1,
    ]
    assert len(await passes.find([users[0].user_principal_name])) == 1


async def test_an_outage_amid_the_pages_is_an_outage(stage: Stage) -> None:
    """Half a directory is never taken for all of it."""
    user = stage.user()
    stage.fault("GET", PAGES, status=503)
    with pytest.raises(ServiceUnavailable):
        await DirectoryScan(stage.directory).find([user.user_principal_name])


async def test_managers_are_read_along(stage: Stage) -> None:
    """Asked for, the pages tell who has a manager; else nobody knows."""
    boss = stage.user()
    names = [stage.user(manager_id=boss.id).user_principal_name, boss.user_principal_name]

    with_managers = await DirectoryScan(stage.directory, with_managers=True).find(names)
    without = await DirectoryScan(stage.directory).find(names)

    assert [with_managers[name].has_manager for name in names] == [True, False]
    assert [without[name].has_manager for name in names] == [None, None]


async def test_who_cannot_be_checked_for_exclusion_is_not_enrolled(stage: Stage) -> None:
    """A group that may not be read, or doesn't exist, excludes everybody; an outage only delays."""
    user = stage.user()
    for status in (403, 404):
        fault = stage.fault("POST", "/checkMemberGroups", times=None, status=status)
        report = await starting(stage).next(part(user.user_principal_name))
        assert (report.started, len(report.rejected)) == (0, 1)
        assert report.rejected[0].reason is RowReason.EXCLUDED
        fault.times = 0
    stage.fault("POST", "/checkMemberGroups", status=503)
    attempts = starting(stage)
    await attempts.failure(part(user.user_principal_name))
    assert (await attempts.next(part(user.user_principal_name))).started == 1
