"""Search attributes and schedules in a namespace that has none yet."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.service import RPCError

from client.schedules import TIMETABLES, Timetable, delete_schedule, ensure_schedules
from client.setup import WrongAttributeTypeError, ensure_search_attributes
from temporal.connect import DATA_CONVERTER
from temporal.search_attributes import ALL, INVITE_STATUS
from tests.support.eventually import eventually

RETENTION = timedelta(days=1)


@pytest.fixture
async def fresh(client: Client, temporal_address: str, unique: Callable[[str], str]) -> Client:
    """Make a namespace of one's own, and a client of it."""
    name = unique("namespace")
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    made = await Client.connect(temporal_address, namespace=name, data_converter=DATA_CONVERTER)

    async def known() -> bool:
        # The server's parts learn of a namespace within seconds, one after the other.
        try:
            await made.count_workflows("")
            handle = made.get_schedule_handle("nothing")
            await handle.describe()
        except RPCError as error:
            return "schedule" in str(error) or "workflow" in str(error)
        return True

    await eventually(known)
    return made


async def test_missing_search_attributes_are_created(fresh: Client) -> None:
    """All of them the first time, none the second, the one that is missing in between."""
    created = await ensure_search_attributes(fresh)
    again = await ensure_search_attributes(fresh)

    assert set(created) == {key.name for key in ALL}
    assert again == ()


async def test_an_attribute_of_another_type_is_told_of(fresh: Client) -> None:
    """It is left alone, the remedy is named, and the others are created all the same."""
    kind = IndexedValueType.INDEXED_VALUE_TYPE_INT
    await fresh.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=fresh.namespace, search_attributes={INVITE_STATUS.name: kind}
        )
    )

    with pytest.raises(WrongAttributeTypeError, match="InviteStatus is Int, not Keyword"):
        await ensure_search_attributes(fresh)

    with pytest.raises(WrongAttributeTypeError):
        assert await ensure_search_attributes(fresh) == ()


async def test_schedules_are_created_once(fresh: Client) -> None:
    """A second look creates nothing, brings the timetable up to date, and un-pauses nothing."""
    created = await ensure_schedules(fresh)
    assert created == tuple(timetable.schedule_id for timetable in TIMETABLES)
    first = TIMETABLES[0]
    handle = fresh.get_schedule_handle(first.schedule_id)
    await handle.pause(note="holidays")
    changed = Timetable(
        schedule_id=first.schedule_id,
        workflow=first.workflow,
        every=timedelta(hours=5),
        note="changed",
    )

    again = await ensure_schedules(fresh, [changed], task_queue="another")

    assert again == ()
    schedule = (await handle.describe()).schedule
    assert schedule.state.paused
    assert schedule.state.note == "holidays"
    assert [one.every for one in schedule.spec.intervals] == [timedelta(hours=5)]
    assert isinstance(schedule.action, ScheduleActionStartWorkflow)
    assert schedule.action.task_queue == "another"


async def test_a_schedule_that_comes_or_goes_at_the_same_moment(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Two make it at once, or one makes it while another deletes it: nobody is refused."""
    for _ in range(5):
        timetable = replace(TIMETABLES[0], schedule_id=unique("schedule"))
        made = (ensure_schedules(client, [timetable]) for _ in range(2))
        assert sorted(len(ids) for ids in await asyncio.gather(*made)) == [0, 1]
        await asyncio.gather(
            delete_schedule(client, timetable.schedule_id), ensure_schedules(client, [timetable])
        )
        await delete_schedule(client, timetable.schedule_id)
