"""Temporal: whether it is reached, and whether the namespace has what the rollout needs."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime

from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    ListTaskQueuePartitionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from client.schedules import TIMETABLES
from domain.doctor.checks import Blind, Check, Fault, Finding, after, found
from domain.doctor.temporal import (
    QueueFacts,
    judge_namespace,
    judge_schedules,
    judge_search_attributes,
    judge_stuck,
    judge_workers,
)
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from temporal.connect import connect_as_configured
from temporal.refusals import TemporalRefused, sentence
from temporal.search_attributes import ALL
from temporal.stuck_workflows import STUCK, reports_problems
from temporal.target import Target, UnreadableProfileError, configuration, target_of

CHECKS = (
    Check.TEMPORAL,
    Check.SEARCH_ATTRIBUTES,
    Check.SCHEDULES,
    Check.WORKERS,
    Check.STUCK,
)
# So many of those that are stuck are named.
NAMED = 3
_NOT_OFFERED = {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED}


async def look_at_temporal(environment: Mapping[str, str], *, senders: int) -> list[Finding]:
    """Return the lines of Temporal, as ``TEMPORAL_*`` name it, for so many sender mailboxes."""
    try:
        config = configuration(environment)
        client = await connect_as_configured(environment)
        target = target_of(config)
        namespace = await _namespace(client, target, encrypted=bool(config.get("tls")))
    except (TemporalRefused, UnreadableProfileError, RPCError) as error:
        return [_refused(error, environment), *(after(one, CHECKS[0]) for one in CHECKS[1:])]
    parts = await asyncio.gather(
        _guarded(Check.SEARCH_ATTRIBUTES, _search_attributes(client, target.address)),
        _guarded(Check.SCHEDULES, _schedules(client, target.address)),
        _guarded(Check.WORKERS, _workers(client, senders)),
        _guarded(Check.STUCK, _stuck(client)),
    )
    return [namespace, *(line for part in parts for line in part)]


def _refused(error: Exception, environment: Mapping[str, str]) -> Finding:
    if isinstance(error, RPCError):
        told = sentence(error, target_of(configuration(environment)))
        if told is None:
            return found(Check.TEMPORAL, Blind.UNEXPECTED, kind=error.status.name)
        return found(Check.TEMPORAL, Fault.TEMPORAL, sentence=told)
    if isinstance(error, UnreadableProfileError):
        return found(Check.TEMPORAL, Blind.SETTING_UNKNOWN, setting="TEMPORAL_CONFIG_FILE")
    return found(Check.TEMPORAL, Fault.TEMPORAL, sentence=error)


async def _guarded(check: Check, reading: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    """Return the lines of a call that the server may not offer, or not to us."""
    try:
        return await reading
    except RPCError as error:
        if error.status in _NOT_OFFERED:
            return [found(check, Blind.NOT_OFFERED)]
        return [found(check, Blind.UNEXPECTED, kind=error.status.name)]


async def _namespace(client: Client, target: Target, *, encrypted: bool) -> Finding:
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    retention = described.config.workflow_execution_retention_ttl.ToTimedelta()
    return judge_namespace(
        address=target.address,
        namespace=target.namespace,
        retention=retention,
        encrypted=encrypted,
    )


async def _search_attributes(client: Client, address: str) -> list[Finding]:
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    wanted = {key.name: _word(key.indexed_value_type) for key in ALL}
    there = {name: _word(kind) for name, kind in listed.custom_attributes.items()}
    return judge_search_attributes(wanted, there, address=address, namespace=client.namespace)


async def _schedules(client: Client, address: str) -> list[Finding]:
    ids = [timetable.schedule_id for timetable in TIMETABLES]
    states = await asyncio.gather(*(_is_paused(client, one) for one in ids))
    paused = [one for one, state in zip(ids, states, strict=True) if state]
    missing = [one for one, state in zip(ids, states, strict=True) if state is None]
    return judge_schedules(missing, paused, address=address, namespace=client.namespace)


async def _is_paused(client: Client, schedule_id: str) -> bool | None:
    """Say whether a schedule is paused, None if it isn't there."""
    try:
        described = await client.get_schedule_handle(schedule_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return described.schedule.state.paused


async def _workers(client: Client, senders: int) -> list[Finding]:
    mail = [mail_task_queue(TASK_QUEUE, sender) for sender in range(senders)]
    names = [TASK_QUEUE, registration_task_queue(TASK_QUEUE), *mail]
    facts = await asyncio.gather(*(_queue(client, name, paced=name in mail) for name in names))
    return judge_workers(dict(zip(names, facts, strict=True)), now=datetime.now(UTC))


async def _stuck(client: Client) -> list[Finding]:
    if not await reports_problems(client):
        return [found(Check.STUCK, Blind.NOT_OFFERED)]
    some = [one.id async for one in client.list_workflows(STUCK, limit=NAMED)]
    number = (await client.count_workflows(STUCK)).count if len(some) == NAMED else len(some)
    return [judge_stuck(number, some)]


async def _queue(client: Client, name: str, *, paced: bool) -> QueueFacts:
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=name),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
    )
    polls = [one.last_access_time.ToDatetime(tzinfo=UTC) for one in described.pollers]
    partitions = await _partitions(client, name) if paced else None
    return QueueFacts(polled_at=max(polls, default=None), partitions=partitions, paced=paced)


async def _partitions(client: Client, name: str) -> int | None:
    """Return how many partitions a queue has; not every server tells."""
    try:
        listed = await client.workflow_service.list_task_queue_partitions(
            ListTaskQueuePartitionsRequest(
                namespace=client.namespace, task_queue=TaskQueue(name=name)
            )
        )
    except RPCError:
        return None
    return len(listed.activity_task_queue_partitions)


def _word(kind: int) -> str:
    name = IndexedValueType.Name(IndexedValueType.ValueType(kind))
    return name.removeprefix("INDEXED_VALUE_TYPE_").capitalize()
