"""Requests about many people that nobody works on end by themselves."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client

from client.bulk.follow import progress
from client.bulk.settle import STARTED_WITHIN, settle_requests
from client.bulk.start import Selection, start
from database.audit.entries import read_entries
from database.engine import Database
from database.requests.begin import NewRequest, begin_request
from domain.bulk.records import PersonOutcome, RequestAction
from domain.identifiers import BULK_PREFIX
from domain.tables.audit import Actor, AuditOutcome
from domain.tables.rollout import RequestState
from settings import WorkerSettings
from settings.reader.load import settings_from
from tests.database.values import NOW, put
from tests.database.values import person as row
from tests.settings.complete import WORKER
from worker.report import report

ACTOR = Actor(name="grace")
LATER = NOW + STARTED_WITHIN + timedelta(seconds=1)


async def test_what_temporal_never_got_has_failed(client: Client, database: Database) -> None:
    """Not before its start may still arrive; the audit log has its answer."""
    person = row(1)
    await put(database, person)
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.PAUSE,
        actor=ACTOR,
        reason="lost",
        at=NOW,
        selection={},
        object_ids=(person.object_id,),
    )
    async with database.writing() as connection:
        await begin_request(connection, new)
    await settle_requests(client, database, now=NOW + STARTED_WITHIN)
    assert (await progress(database, new.request_id)).state is RequestState.PENDING
    # A worker looks for them whenever it reports itself.
    await report(client, database, settings_from(WorkerSettings, WORKER))
    await settle_requests(client, database, now=LATER)
    record = await progress(database, new.request_id)
    assert record.state is RequestState.FAILED
    assert record.with_outcome(PersonOutcome.STOPPED) == 1
    async with database.reading() as connection:
        entries = (await read_entries(connection)).values()
    assert [one.outcome for one in entries if one.answers is not None] == [AuditOutcome.FAILED]


@pytest.mark.parametrize("terminated", [False, True])
async def test_what_runs_goes_on(
    client: Client, database: Database, unique: Callable[[str], str], *, terminated: bool
) -> None:
    """One that waits for a worker is nobody's fault; one that was terminated has ended."""
    person = row(1)
    await put(database, person)
    record = await start(
        client,
        database,
        ACTOR,
        RequestAction.PAUSE,
        Selection(object_ids=(person.object_id,)),
        reason="closing",
        request_id=str(uuid4()),
        task_queue=unique("queue"),
    )
    handle = client.get_workflow_handle(f"{BULK_PREFIX}{record.request_id}")
    if terminated:
        await handle.terminate()
    now = record.requested_at + 2 * STARTED_WITHIN
    await settle_requests(client, database, now=now)
    found = await progress(database, record.request_id)
    assert found.state is (RequestState.FAILED if terminated else RequestState.PENDING)
    if not terminated:
        await handle.terminate()
