"""A part of an import that is interrupted, lost or run twice: nobody twice, and counted right."""

import asyncio
from uuid import uuid4

from activities.imports.part import IN_FLIGHT
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.calls import part
from tests.activities.imports.importing import import_activities, starting
from tests.activities.imports.test_start_enrolments import enrolment
from tests.activities.stage import Stage


async def test_a_part_resumes_where_it_was(stage: Stage) -> None:
    """The directory breaks down in the middle: nobody is started twice, the counts are right."""
    users = [stage.user() for _ in range(2 * IN_FLIGHT)]
    names = [user.user_principal_name for user in users]
    rows = part(names[0], *names, "nobody@contoso.example")
    broken = stage.fault("GET", f"/users/{names[IN_FLIGHT + 5].partition('@')[0]}", status=503)
    attempts = starting(stage)

    assert_passing(await attempts.failure(rows), "ServiceUnavailable")
    assert attempts.details[0]["rows_done"] == IN_FLIGHT
    looks = stage.fault("GET", "/users/user-", times=None)
    report = await attempts.next(rows)

    assert broken.hits == 1
    assert looks.hits == IN_FLIGHT + 1
    assert (report.started, report.already_enrolled) == (2 * IN_FLIGHT, 0)
    assert [one.line for one in report.repeated] == [3]
    assert [one.line for one in report.rejected] == [2 * IN_FLIGHT + 3]
    assert report.rows_done == 2 * IN_FLIGHT + 2


async def test_a_part_that_lost_its_heartbeat_counts_right(stage: Stage) -> None:
    """Killed without a last word, it begins again, and knows its own work."""
    users = [stage.user() for _ in range(5)]
    rows = part(*(user.user_principal_name for user in users))
    run_id = str(uuid4())
    activity = import_activities(stage).start_enrolments
    first = await Attempts(activity, task_queue="lost", workflow_run_id=run_id).next(rows)
    runs = [await run_of(stage, user) for user in users]

    again = await Attempts(activity, task_queue="lost", workflow_run_id=run_id).next(rows)
    other = await Attempts(activity, task_queue="lost", workflow_run_id=str(uuid4())).next(rows)

    assert first == again
    assert (again.started, again.already_enrolled) == (5, 0)
    assert (other.started, other.already_enrolled) == (0, 5)
    assert runs == [await run_of(stage, user) for user in users]


async def test_two_parts_at_once_start_nobody_twice(stage: Stage) -> None:
    """Each person is started by one of them, and counted as enrolled by the other."""
    users = [stage.user() for _ in range(10)]
    rows = part(*(user.user_principal_name for user in users))

    one, two = await asyncio.gather(starting(stage).next(rows), starting(stage).next(rows))

    assert one.started + two.started == 10
    assert one.already_enrolled + two.already_enrolled == 10


async def test_a_part_keeps_telling_that_it_lives(stage: Stage) -> None:
    """There is a first heartbeat before the first row, and one behind every 25 rows."""
    users = [stage.user() for _ in range(IN_FLIGHT + 1)]
    attempts = starting(stage)

    await attempts.next(part(*(user.user_principal_name for user in users)))

    assert attempts.beats >= 3
    assert attempts.details[0]["rows_done"] == IN_FLIGHT + 1


async def run_of(stage: Stage, user: User) -> str | None:
    """Return the id of the latest run."""
    return (await enrolment(stage, user).describe()).run_id
