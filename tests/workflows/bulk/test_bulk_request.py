"""A request about many people: each is asked once, and nobody is left out of the report."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.bulk.ask_people import BulkActivities
from activities.bulk.turns import Turns
from client.bulk.follow import NoSuchRequest, RequestEnded, progress, stop
from client.bulk.start import RequestFinished, Selection, preview, start
from database.audit.chain import verify
from database.audit.entries import read_entries
from database.engine import Database
from database.requests.read import read_requested, read_requests
from database.requests.requests import Requests
from domain.bulk.records import BulkInput, PersonOutcome, RequestAction
from domain.identifiers import BULK_PREFIX
from domain.status import EnrolmentEnd
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from temporal.failures import FailureInterceptor
from tests.activities.attempts import Attempts, assert_passing
from tests.database.values import person, put
from tests.support.enrolments import ADMIN, STRICT, Enrolment, enrol, working
from tests.support.world import World
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.enrolment.workflow import EnrolmentWorkflow

# However busy the machine is, a worker answers within it.
PATIENCE = timedelta(minutes=10)
ACTOR = Actor(name="Grace Hopper", object_id=str(uuid4()), app="portal")


@asynccontextmanager
async def asking(client: Client, database: Database, queue: str) -> AsyncIterator[BulkActivities]:
    """Work on requests about many people, without waiting between them."""
    requests = Requests(database)
    bulk = BulkActivities(
        client=client,
        requests=requests,
        turns=Turns(per_second=10**6),
        answer_within=PATIENCE,
    )
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BulkRequestWorkflow],
        activities=[bulk.ask_people, bulk.try_again, bulk.finish_request],
        workflow_runner=STRICT,
        interceptors=[FailureInterceptor()],
    ):
        yield bulk


async def enrolled(skipper: TimeSkipper, queue: str, world: World) -> Enrolment:
    """Enrol somebody and wait until they are taken in."""
    enrolment = await enrol(skipper, world, task_queue=queue)
    await enrolment.reached(lambda state: state.person)
    return enrolment


async def audit_log(database: Database) -> list[AuditEntry]:
    """Return the whole log, the oldest entry first."""
    async with database.reading() as connection:
        assert (await verify(connection)).is_whole
        return list(reversed((await read_entries(connection)).values()))


async def test_everybody_is_asked_once_and_accounted_for(
    skipper: TimeSkipper, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """One is paused, one was paused already, one has ended, and one never was; sent twice.

    The audit log has one entry with the number of people, and one outcome.
    """
    client, worlds = skipper.client, [World() for _ in range(3)]
    queue, bulk_queue = unique("queue"), unique("bulk")
    people = [world.person.object_id for world in worlds]
    unknown = str(uuid4())
    request_id = str(uuid4())
    selection = Selection(object_ids=(*people, unknown.upper()))

    async def ask() -> None:
        await start(
            client,
            sqlite_database,
            ACTOR,
            RequestAction.PAUSE,
            selection,
            reason="closing",
            request_id=request_id,
            task_queue=bulk_queue,
        )

    async with working(client, worlds[0], task_queue=queue):
        running, paused, ended = [await enrolled(skipper, queue, world) for world in worlds]
        await paused.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
        await ended.leave()
        await ask()
        await ask()
        async with asking(client, sqlite_database, bulk_queue):
            result = client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
            assert await result.result() == {"done": 1, "refused": 1, "ended": 2}
        state = await running.state()
        assert state.paused is not None
        assert (state.paused.actor, state.paused.reason) == ("Grace Hopper", "closing")
        await running.leave()
        await paused.leave()

    with pytest.raises(RequestFinished):
        await ask()
    async with sqlite_database.reading() as connection:
        told = await read_requested(connection, request_id)
        assert [one.request_id for one in await read_requests(connection)] == [request_id]
    assert {one.object_id: (one.outcome, one.reason) for one in told} == {
        people[0]: (PersonOutcome.DONE, None),
        people[1]: (PersonOutcome.REFUSED, "AlreadyPaused"),
        people[2]: (PersonOutcome.ENDED, None),
        unknown: (PersonOutcome.ENDED, None),
    }
    entry, outcome = await audit_log(sqlite_database)
    assert (entry.action, entry.reason) == (AuditAction.BULK_PAUSE, "closing (4 people)")
    assert (entry.actor, outcome.actor) == (ACTOR, ACTOR)
    assert (outcome.answers, outcome.outcome) == (1, AuditOutcome.DONE)
    record = await progress(sqlite_database, request_id)
    assert (record.state, record.people, record.selection) == (
        RequestState.DONE,
        4,
        {"people": 4},
    )


async def test_an_attempt_that_is_made_again_tells_the_same(
    skipper: TimeSkipper, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """Nobody whom a killed worker had cancelled is told as ended by somebody else.

    While the tables are away, nobody's outcome is lost; an attempt after the end asks nobody.
    """
    client, queue, world = skipper.client, unique("queue"), World()
    request_id = str(uuid4())
    given = BulkInput(
        request_id=request_id, action=RequestAction.CANCEL, actor="grace", reason="over"
    )
    async with working(client, world, task_queue=queue):
        enrolment = await enrolled(skipper, queue, world)
        await start(
            client,
            sqlite_database,
            ACTOR,
            given.action,
            Selection(object_ids=(world.person.object_id,)),
            reason="over",
            request_id=request_id,
            task_queue=unique("nobody"),
        )
        requests = Requests(sqlite_database)
        bulk = BulkActivities(
            client=client, requests=requests, turns=Turns(), answer_within=PATIENCE
        )
        attempts = Attempts(bulk.ask_people)
        async with sqlite_database.writing() as connection:
            await connection.exec_driver_sql(
                "CREATE TRIGGER away BEFORE UPDATE ON request_person BEGIN"
                " SELECT RAISE(ABORT, 'away'); END"
            )
        with pytest.raises(Exception, match="away"):
            await attempts.next(given)
        await enrolment.over()
        async with sqlite_database.writing() as connection:
            await connection.exec_driver_sql("DROP TRIGGER away")
        await attempts.next(given)
    record = await progress(sqlite_database, request_id)
    assert record.with_outcome(PersonOutcome.DONE) == 1
    assert await bulk.finish_request(request_id, RequestState.FAILED) == {"done": 1}
    assert await bulk.finish_request(request_id, RequestState.DONE) == {"done": 1}
    assert [one.outcome for one in await audit_log(sqlite_database)] == [None, "failed"]
    await sqlite_database.close()


async def test_the_tables_are_waited_for(sqlite_database: Database, client: Client) -> None:
    """A database that is away fails an attempt in a way that passes."""
    async with sqlite_database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE request RENAME TO elsewhere")
    bulk = BulkActivities(client=client, requests=Requests(sqlite_database), turns=Turns())
    given = BulkInput(request_id="a", action=RequestAction.PAUSE, actor="grace", reason="x")
    assert_passing(await Attempts(bulk.ask_people).failure(given), "DatabaseUnavailable")


async def test_a_request_is_stopped(
    client: Client, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """Whose turn never came is told as stopped; both entries of the log name the request."""
    request_id, queue = str(uuid4()), unique("bulk")
    with pytest.raises(NoSuchRequest):
        await stop(client, sqlite_database, ACTOR, request_id, reason="wrong people")
    await start(
        client,
        sqlite_database,
        ACTOR,
        RequestAction.RESEND,
        Selection(object_ids=(str(uuid4()), str(uuid4()))),
        reason="lost",
        request_id=request_id,
        task_queue=queue,
    )
    await stop(client, sqlite_database, ACTOR, request_id, reason="wrong people")
    async with asking(client, sqlite_database, queue):
        assert await client.get_workflow_handle(f"{BULK_PREFIX}{request_id}").result() == {
            "stopped": 2
        }
    assert (await progress(sqlite_database, request_id)).state is RequestState.STOPPED
    with pytest.raises(RequestEnded):
        await stop(client, sqlite_database, ACTOR, request_id, reason="wrong people")
    _, stopping, _, outcome = await audit_log(sqlite_database)
    assert stopping.reason == f"wrong people (request {request_id})"
    assert (outcome.answers, outcome.outcome) == (1, AuditOutcome.INTERRUPTED)


async def test_without_temporal_nobody_is_asked(sqlite_database: Database) -> None:
    """The request ends as failed, and a filter's people are fixed though others join later."""
    for number in range(3):
        await put(sqlite_database, person(number))
    await put(sqlite_database, person(3, department="Finance"))
    await put(sqlite_database, person(4, ended=EnrolmentEnd.GONE))
    await put(sqlite_database, person(5, paused_by="ada"))
    wanted = Selection(wanted=PeopleFilter(department="Sales"))
    found = await preview(sqlite_database, RequestAction.PAUSE, wanted)
    assert (found.people, found.ended, found.refused, found.asked) == (5, 1, 1, 3)
    away = await Client.connect("127.0.0.1:9", lazy=True)
    with pytest.raises(Exception, match=r"refused|connect"):
        await start(
            away,
            sqlite_database,
            ACTOR,
            RequestAction.PAUSE,
            wanted,
            reason="x",
            request_id="one",
        )
    await put(sqlite_database, person(6))
    record = await progress(sqlite_database, "one")
    assert (record.state, record.with_outcome(PersonOutcome.STOPPED)) == (RequestState.FAILED, 5)
    assert record.selection == {"department": "Sales"}
    assert [one.outcome for one in await audit_log(sqlite_database)] == [None, "failed"]


@pytest.mark.parametrize(
    "given",
    [{}, {"object_ids": ("ada",)}, {"wanted": PeopleFilter(), "object_ids": (str(uuid4()),)}],
)
def test_a_selection_is_made_in_one_way(given: dict[str, object]) -> None:
    """Nobody, no ObjectId, or both ways at once are refused before anything is recorded."""
    with pytest.raises(ValueError, match=r"Choose|badly formed"):
        Selection(**given)  # type: ignore[arg-type]


async def test_turns_are_bounded_in_rate() -> None:
    """At twenty a second the fifth turn begins 200 ms after the first, however many wait."""
    turns, at = Turns(per_second=20, at_once=5), []
    began = asyncio.get_running_loop().time()

    async def work() -> None:
        at.append(asyncio.get_running_loop().time() - began)

    await asyncio.gather(*(turns.take(work) for _ in range(5)))
    assert len(at) == 5
    # Later on a slow machine, and never sooner.
    assert all(took >= number * 0.05 - 0.005 for number, took in enumerate(at))
