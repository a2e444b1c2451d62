"""What one enrolment costs: calls of Graph on the shortest way, events on the longest."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from bench.http_load import connections, post
from bench.people import (
    Imported,
    complete_tables,
    correlation_of,
    import_people,
    put_into_tenant,
    token_of,
    until_record,
)
from bench.rows import Measured, RowName
from bench.stand import Stand
from client.enrolments import enrolment_handle
from domain.enrolment.messages import RegistrationChanged
from domain.enrolment.policy import Policy
from domain.status import InviteStatus
from workflows.enrolment.workflow import EnrolmentWorkflow

# A day of the unhappy journey; the rhythm of looks and the time between two writes shrink with it.
DAY = timedelta(seconds=1)
REMINDERS = 2


async def measure_one_person(stand: Stand) -> list[Measured]:
    """Take somebody the shortest way, then somebody else through reminders and escalation."""
    await complete_tables(stand)
    return [
        Measured(name=RowName.GRAPH_CALLS, figure=await _calls_of_the_shortest_way(stand)),
        Measured(name=RowName.HISTORY, figure=await _events_of_the_unhappy_journey(stand)),
    ]


async def _calls_of_the_shortest_way(stand: Stand) -> int:
    [ada] = await put_into_tenant(stand, 1)
    (await stand.control.delete("/control/exchanges")).raise_for_status()
    (await stand.control.put("/control/exchanges", json={"enabled": True})).raise_for_status()
    [part] = await import_people(stand, "shortest", [ada])
    row = await until_record(stand, ada.object_id, lambda one: one.status is InviteStatus.SENT)
    await click(stand, ada)
    await until_record(stand, ada.object_id, lambda one: one.in_group)
    await _register(stand, ada)
    exchanges = (await stand.control.get("/control/exchanges")).json()["value"]
    (await stand.control.put("/control/exchanges", json={"enabled": False})).raise_for_status()
    return calls_of(exchanges, {correlation_of(part), row.correlation_id})


def calls_of(exchanges: Iterable[Mapping[str, Any]], request_ids: Container[str | None]) -> int:
    """Count the calls with these ids, as limits do: the parts of a batch, and not the batch."""
    return sum(
        one["client_request_id"] in request_ids and not one["url"].endswith("/$batch")
        for one in exchanges
    )


async def _events_of_the_unhappy_journey(stand: Stand) -> int:
    [ada] = await put_into_tenant(stand, 1, manager=True)
    await import_people(stand, "unhappy", [ada], policy=Policy().sped_up(DAY))
    await until_record(
        stand, ada.object_id, lambda one: one.escalated and one.reminder_count >= REMINDERS
    )
    await click(stand, ada)
    await until_record(stand, ada.object_id, lambda one: one.in_group)
    await _register(stand, ada)
    described = await enrolment_handle(stand.client, ada.object_id).describe()
    return int(described.history_length)


async def _register(stand: Stand, person: Imported) -> None:
    """Let somebody register a method, tell their enrolment as the sweep does, and await its end."""
    path = f"/control/users/{quote(person.upn)}/methods"
    (await stand.control.post(path, json={"kind": "phone"})).raise_for_status()
    handle = enrolment_handle(stand.client, person.object_id)
    event = RegistrationChanged(event_id=str(uuid4()), at=datetime.now(UTC))
    await handle.signal(EnrolmentWorkflow.registration_changed, event)
    await handle.result()


async def click(stand: Stand, *people: Imported) -> None:
    """Let people press the button of their links."""
    async with connections(stand.layout.api, 1) as [connection]:
        for place, person in enumerate(people):
            token = token_of(stand, person.object_id)
            request = post(f"{stand.layout.api}/api/enrol", place, f"token={token}".encode())
            await connection.answer(request)


async def members(stand: Stand) -> Sequence[str]:
    """Return the ObjectIds of the people in the enforcement group."""
    answer = await stand.control.get(f"/control/groups/{stand.tenant.group_id}/members")
    found: list[str] = answer.json()["value"]
    return found
