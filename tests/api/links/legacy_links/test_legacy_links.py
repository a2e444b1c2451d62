"""Links of an older system, looked up on a real list over https; no worker ever runs."""

from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus

from database.engine import Database
from database.rollout.older_tokens import OlderToken
from domain.enrolment.state import EnrolmentInput
from domain.identifiers import enrolment_workflow_id
from domain.status import Source
from domain.tracking_token import tracking_token
from tests.api.enrolments import CANCEL, start_enrolment
from tests.api.links.legacy_links.library import Library
from tests.api.links.tables import complete
from tests.api.looks import is_already, is_landing, is_not_recognised, is_started
from tests.api.running import KEY, Api, running_api
from tests.database.values import person, put
from tests.support.eventually import eventually


async def test_a_row_of_nobody_enrolled_starts_them(
    api: Api, client: Client, library: Library
) -> None:
    """The landing page starts nobody; the button starts and tells in one call, without a worker."""
    object_id = str(uuid4())
    token = library.row(
        ObjectId=object_id, InviteStatus="Sent", Source="Manual", SourceBatchId="2019"
    )
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))
    assert is_already(await api.press_button(token))

    events = [event async for event in handle.fetch_history_events()]
    kinds = [event.event_type for event in events]
    assert kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED) == 1
    started = events[0].workflow_execution_started_event_attributes
    (enrolment,) = await client.data_converter.decode(started.input.payloads, [EnrolmentInput])
    assert (enrolment.source, enrolment.batch_id) == (Source.MANUAL, "2019")
    assert enrolment.policy.escalate_after == 7
    description = await handle.describe()
    found = {key.name: value for key, value in description.typed_search_attributes}
    assert (found["InviteStatus"], found["SourceBatchId"]) == ("Sent", "2019")


async def test_a_row_of_somebody_enrolled_leads_to_them(
    api: Api, client: Client, library: Library
) -> None:
    """The click reaches the workflow of the row's ObjectId, and the list is asked once."""
    enrolment = await start_enrolment(client)
    object_id = enrolment.handle.id.removeprefix("mfa-enrolment-")
    token = library.row(ObjectId=object_id)

    assert is_landing(await api.open_link(token.upper()), token)
    assert is_started(await api.press_button(token))
    await api.show_pixel(token)
    (click, opened) = await enrolment.next_signals(2)

    assert (click.name, opened.name) == ("link_clicked", "email_opened")
    assert library.look_ups() == 1


async def test_a_row_by_name_alone_is_given_to_the_workers(
    api: Api, client: Client, library: Library
) -> None:
    """Without an ObjectId the API can't say who it is: a small workflow waits for a worker."""
    token = library.row(InviteStatus="Sent")

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))
    assert is_already(await api.open_link(token))

    query = "WorkflowType = 'LegacyLinkWorkflow' AND ExecutionStatus = 'Running'"

    async def waits() -> bool:
        async for found in client.list_workflows(query):
            handle = client.get_workflow_handle(found.id)
            events = [event async for event in handle.fetch_history_events()]
            payloads = events[0].workflow_execution_started_event_attributes.input.payloads
            if token in str(payloads):
                await handle.terminate()
                return True
        return False

    await eventually(waits)


async def test_an_enrolment_that_ended_is_not_started_again(
    api: Api, client: Client, library: Library
) -> None:
    """Cancelled people's older links are Link Not Recognised, as their own are."""
    enrolment = await start_enrolment(client)
    await enrolment.handle.cancel()
    await enrolment.answer_workflow_task(CANCEL)
    object_id = enrolment.handle.id.removeprefix("mfa-enrolment-")
    token = library.row(ObjectId=object_id, InviteStatus="Sent")

    assert is_not_recognised(await api.open_link(token))
    assert is_not_recognised(await api.press_button(token))

    status = (await enrolment.handle.describe()).status
    assert status is WorkflowExecutionStatus.CANCELED


async def test_our_own_link_outlives_temporals_memory(
    api: Api, client: Client, library: Library
) -> None:
    """A token of ours without a workflow is found on the list, and its button starts one."""
    object_id = str(uuid4())
    token = tracking_token(object_id, KEY)
    library.row(ObjectId=object_id, TrackingToken=token, InviteStatus="Sent")

    assert is_landing(await api.open_link(token), token)
    assert is_started(await api.press_button(token))

    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize(
    ("columns", "looks"),
    [
        ({"InviteStatus": "Clicked"}, is_already),
        ({"InviteStatus": "Active"}, is_already),
        ({"InviteStatus": "Sent", "TrackingToken": ""}, is_not_recognised),
        ({"InviteStatus": "Clicked", "TrackingToken": ""}, is_not_recognised),
    ],
    ids=["clicked", "active", "ended after the invitation", "ended after the click"],
)
@pytest.mark.parametrize("ours", [True, False], ids=["our token", "an older system's"])
async def test_a_row_that_is_through_starts_nobody(
    api: Api,
    client: Client,
    library: Library,
    columns: dict[str, str],
    looks: object,
    *,
    ours: bool,
) -> None:
    """The page follows what the row says, and pressing the button changes nothing.

    A row without a token is what the mirror leaves of somebody who was cancelled, has left, was
    disabled for too long or never known, and whose history Temporal doesn't keep any more.
    """
    assert callable(looks)
    object_id = str(uuid4())
    token = tracking_token(object_id, KEY) if ours else str(uuid4())
    library.row(**{"ObjectId": object_id, "TrackingToken": token, **columns})

    assert looks(await api.open_link(token))
    assert looks(await api.press_button(token))

    query = f"WorkflowId = '{enrolment_workflow_id(object_id)}'"
    assert (await client.count_workflows(query)).count == 0


async def test_an_older_token_in_the_tables_costs_one_look_at_its_row(
    client: Client, library: Library, sqlite_database: Database, tmp_path: Path
) -> None:
    """Complete tables lead to the row by its id; one that lost the token leads nowhere."""
    token = library.row(ObjectId=str(uuid4()), InviteStatus="Sent")
    gone = str(uuid4())
    (item,) = await library.tracking_list.find("TrackingToken", token)
    tokens = [OlderToken(token=one, item_id=item.id) for one in (token, gone)]
    await complete(sqlite_database, *tokens)
    library.tenant.exchanges.clear()
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, database=sqlite_database
    ) as api:
        assert is_landing(await api.open_link(token), token)
        assert library.look_ups() == 1
        assert is_started(await api.press_button(token))
        assert is_not_recognised(await api.open_link(gone))


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "an older system's"])
async def test_a_link_of_a_dropped_key_is_revoked_on_the_list_too(
    client: Client, library: Library, sqlite_database: Database, tmp_path: Path, *, is_ours: bool
) -> None:
    """Its token still stands in the row; the tables know that it was ours, and it leads nowhere."""
    object_id = str(uuid4())
    token = tracking_token(object_id, b"d" * 32)
    library.row(ObjectId=object_id, TrackingToken=token, InviteStatus="Sent")
    await put(sqlite_database, person(object_id=object_id, own_token=is_ours))
    await complete(sqlite_database)
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, database=sqlite_database
    ) as api:
        page = await api.open_link(token)
        assert is_not_recognised(page) if is_ours else is_landing(page, token)
