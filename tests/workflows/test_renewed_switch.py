"""The switch's workflow never ends: its next run knows all, and older keys can be dropped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.mail.kill_switch import MailSwitch
from client.mail_switch import renew_switch, start_all_mail, stop_all_mail
from client.requests import Answer, new_request, record_stop, stop_mail
from database.engine import Database
from domain.identifiers import CONTROL_WORKFLOW_ID, MAIL_STOPPED, TASK_QUEUE
from domain.mail_switch import MailSwitchState
from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from temporal.encryption.unreadable import UnreadablePayload
from temporal.high_water import read_high_water
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from tests.support.namespaces import own_namespace
from workflows.rollout_control import RolloutControlWorkflow

PATIENT = timedelta(minutes=10)
OLD, NEW = (bytes(range(at, at + 32)) for at in (0, 100))


async def test_a_new_run_knows_of_the_stop_before_any_worker_takes_it_up(
    temporal_address: str, sqlite_database: Database
) -> None:
    """The server carries no memo over: mails that asked meanwhile, or for days, were let go."""
    client = await own_namespace(temporal_address)
    async with working(client):
        await stop_all_mail(client, sqlite_database, new_request("Ada", "why"), within=PATIENT)
        run_id = await run_of(client)
        await client.get_workflow_handle(CONTROL_WORKFLOW_ID).signal(RolloutControlWorkflow.renew)
        await another_run(client, run_id)
    first = await anext(client.get_workflow_handle(CONTROL_WORKFLOW_ID).fetch_history_events())
    memo = first.workflow_execution_started_event_attributes.memo.fields
    assert b"Ada" in memo[MAIL_STOPPED].data


async def test_an_older_key_can_be_dropped_once_workers_have_started_with_both(
    temporal_address: str, sqlite_database: Database
) -> None:
    """Whoever has the new one alone reads the switch, and throws it, though it is as old."""
    client = await own_namespace(temporal_address)
    old, both, new = [await with_keys(client, *ring) for ring in ((OLD,), (NEW, OLD), (NEW,))]
    await renew_switch(both)
    request = new_request("Ada", "why")
    async with working(old):
        await stop_all_mail(old, sqlite_database, request, within=PATIENT)
    run_id = await run_of(old)
    async with working(both):
        await renew_switch(both)
        await another_run(both, run_id)
    assert (await MailSwitch(client=new).state()).stop == request
    async with working(new):
        again = new_request("Ada", "because")
        answer = await start_all_mail(new, sqlite_database, again, within=PATIENT)
        assert answer is Answer.DONE
    run_id = await run_of(new)
    await renew_switch(new)
    assert await run_of(new) == run_id


async def with_keys(client: Client, *ring: bytes) -> Client:
    """Return a client of the same namespace that has these keys."""
    config = client.config()
    config["data_converter"] = replace(DATA_CONVERTER, payload_codec=PayloadEncryption(ring))
    return Client(**config)


async def test_a_switch_that_was_ended_since_its_key_is_lost_holds_up_nothing(
    temporal_address: str, sqlite_database: Database
) -> None:
    """Mails ask it, and the mark is kept beside it: all go on, and the next one is begun anew."""
    client = await own_namespace(temporal_address)
    lost, new = await with_keys(client, OLD), await with_keys(client, NEW)
    async with working(lost):
        await stop_all_mail(lost, None, new_request("Ada", "why"), within=PATIENT)
    switch = MailSwitch(client=new)
    for read in (switch.state, lambda: read_high_water(new)):
        with pytest.raises(UnreadablePayload, match="PAYLOAD_KEYS"):
            await read()
    await new.get_workflow_handle(CONTROL_WORKFLOW_ID).terminate("Its key is lost.")
    assert await switch.state() == MailSwitchState()
    assert await read_high_water(new) == 0
    request = new_request("Ada", "because")
    async with working(new):
        answer = await stop_all_mail(new, sqlite_database, request, within=PATIENT)
    assert answer is Answer.DONE
    assert await switch.stop() == request


async def test_a_stop_that_was_lifted_before_is_not_thrown_again(
    temporal_address: str, sqlite_database: Database
) -> None:
    """One that comes a second time, as a signal after the update, changes nothing in a new run."""
    client = await own_namespace(temporal_address)
    stop, start = new_request("Ada", "why"), new_request("Ada", "because")
    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    async with working(client):
        await stop_all_mail(client, sqlite_database, stop, within=PATIENT)
        await start_all_mail(client, sqlite_database, start, within=PATIENT)
        run_id = await run_of(client)
        await handle.signal(RolloutControlWorkflow.renew)
        await another_run(client, run_id)
        await record_stop(client, stop)
        # An update is answered after the signals before it.
        another = new_request("Eve", "another")
        assert await stop_mail(client, another, within=PATIENT) is Answer.DONE
    assert await MailSwitch(client=client).stop() == another


@asynccontextmanager
async def working(client: Client) -> AsyncIterator[None]:
    """Run a worker for the switch that remembers nothing."""
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[RolloutControlWorkflow],
        workflow_runner=STRICT,
        max_cached_workflows=0,
    ):
        yield


async def another_run(client: Client, run_id: str | None) -> None:
    """Wait until another run has begun."""

    async def is_another() -> bool:
        return await run_of(client) != run_id

    await eventually(is_another)


async def run_of(client: Client) -> str | None:
    """Return the latest run of the switch's workflow."""
    return (await client.get_workflow_handle(CONTROL_WORKFLOW_ID).describe()).run_id
