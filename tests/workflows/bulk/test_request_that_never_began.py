"""A request that was recorded, and of which Temporal knows nothing."""

from uuid import uuid4

import pytest
from temporalio.client import Client

from client.bulk.follow import RequestEnded, progress, stop
from database.audit.entries import read_entries
from database.engine import Database
from database.requests.begin import NewRequest, begin_request
from domain.bulk.records import PersonOutcome, RequestAction
from domain.tables.audit import Actor, AuditOutcome
from domain.tables.rollout import RequestState
from tests.database.values import NOW, put
from tests.database.values import person as row

ACTOR = Actor(name="grace")


async def test_it_is_stopped_at_once(client: Client, sqlite_database: Database) -> None:
    """Whoever was killed between the record and the start leaves nothing that waits for ever."""
    person = row(1)
    await put(sqlite_database, person)
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.PAUSE,
        actor=ACTOR,
        reason="lost",
        at=NOW,
        selection={},
        object_ids=(person.object_id,),
    )
    async with sqlite_database.writing() as connection:
        await begin_request(connection, new)
    await stop(client, sqlite_database, ACTOR, new.request_id, reason="it never began")
    record = await progress(sqlite_database, new.request_id)
    assert record.state is RequestState.STOPPED
    assert record.with_outcome(PersonOutcome.STOPPED) == 1
    with pytest.raises(RequestEnded):
        await stop(client, sqlite_database, ACTOR, new.request_id, reason="once more")
    async with sqlite_database.reading() as connection:
        entries = (await read_entries(connection)).values()
    assert [one.outcome for one in entries if one.answers == 1] == [AuditOutcome.INTERRUPTED]
