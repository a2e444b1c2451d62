"""What an admin sees in the Temporal UI: search attributes, details, summaries."""

import json
from dataclasses import replace

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHistory

from domain.enrolment.decisions import WaitFor
from domain.status import InviteStatus
from domain.tracking_list.columns import item_fields
from domain.wording.markdown import SUMMARY_BYTES, escaped
from temporal import search_attributes
from temporal.encryption.names import UserPrincipalNames
from tests.support.enrolments import ADMIN, Enrolment, enrolment_input
from tests.support.eventually import eventually
from tests.support.world import MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.texts import LABELS, NEXT, Doing
from workflows.enrolment.workflow import EnrolmentWorkflow


async def attributes(enrolment: Enrolment) -> dict[str, object]:
    """Read the search attributes as the UI does."""
    found = (await enrolment.handle.describe()).typed_search_attributes
    ours = {key.name for key in search_attributes.ALL}
    return {pair.key.name: pair.value for pair in found if pair.key.name in ours}


async def details(enrolment: Enrolment) -> str:
    """Read the current details as the UI does."""
    answer = await enrolment.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return str(answer.current_details)


async def line(enrolment: Enrolment, label: str) -> str:
    """Return what the details say under a label."""
    text = await details(enrolment)
    _, _, rest = text.partition(f"| {LABELS[label]} |")
    return rest.partition("\n")[0]


async def test_search_attributes_follow(invited: Enrolment) -> None:
    """They are those of the list: after the invitation, a click, the registration."""
    expected = {
        "UserPrincipalName": "ada@contoso.example",
        "InviteStatus": "Sent",
        "MFARegistrationState": "Not Registered",
        "SourceBatchId": "test",
        "Department": "Research",
    }
    assert await attributes(invited) == expected
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert (await attributes(invited))["InviteStatus"] == "AddedToGroup"
    await invited.register()
    await invited.handle.result()
    assert (await attributes(invited))["MFARegistrationState"] == "Registered"
    assert set(expected) == {key.name for key in search_attributes.ALL}


async def test_a_hidden_name_follows_a_rename(start: Start) -> None:
    """The worker, which has the key, says what stands for the new name; it's never in clear."""
    world = World(names=UserPrincipalNames((bytes(32),)))
    enrolment = await start(world)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.doing("await_registration")
    world.person = world.described = replace(
        world.person, user_principal_name="ada.king@contoso.example"
    )
    await enrolment.registration_changed()
    await enrolment.shows(Title="ada.king@contoso.example")
    wanted = world.names.attribute("ada.king@contoso.example")

    async def is_found() -> bool:
        return (await attributes(enrolment))["UserPrincipalName"] == wanted

    await eventually(is_found)
    shown = {
        event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields[
            "UserPrincipalName"
        ].data.decode()
        for event in (await enrolment.handle.fetch_history()).events
        if "UserPrincipalName"
        in event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
    }
    assert shown == {json.dumps(wanted)}


async def test_details_tell_the_story(invited: Enrolment) -> None:
    """The details say where the user stands and what is waited for."""
    assert "Sent" in await line(invited, "status")
    assert escaped(NEXT[WaitFor.REMINDER]) in await line(invited, "next")
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert "AddedToGroup" in await line(invited, "status")
    assert escaped(NEXT[WaitFor.FOLLOW_UP]) in await line(invited, "next")


async def test_details_say_what_a_pending_user_waits_for(start: Start) -> None:
    """An invitation in the queue is what a pending user waits for."""
    enrolment = await start(World(), mails_wait=True)
    await enrolment.reached(lambda state: state.mails_begun == 1)
    assert escaped(NEXT[Doing.MAIL_QUEUE]) in await line(enrolment, "next")


@pytest.mark.wording
async def test_the_next_step_reads_well(invited: Enrolment) -> None:
    """A person is told what happens and when, in a sentence."""
    due = await invited.now() + WEEK
    assert f"| Next | Send a reminder at {due:%H:}" in await details(invited)


async def test_a_cancel_is_no_problem(invited: Enrolment) -> None:
    """Who was cancelled on purpose isn't shown as a problem: the details say by whom and why."""
    await invited.handle.execute_update(EnrolmentWorkflow.cancel, ADMIN)
    await invited.over()
    assert escaped(ADMIN.reason) in await line(invited, "cancelled")
    assert LABELS["problem"] not in await details(invited)


async def test_an_end_is_told_and_is_no_problem(invited: Enrolment) -> None:
    """Who has left the directory is no problem either: the details say why it has ended."""
    invited.world.gone = True
    await invited.registration_changed()
    await invited.handle.result()
    assert await line(invited, "ended")
    assert LABELS["problem"] not in await details(invited)


async def test_history_carries_summaries(invited: Enrolment) -> None:
    """Every activity and every timer in the history says in words what it is for."""
    await invited.pass_time(MINUTE)
    history: WorkflowHistory = await invited.handle.fetch_history()
    told = [
        event.user_metadata.summary.data
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
        or event.HasField("timer_started_event_attributes")
    ]
    assert len(told) >= 5
    assert all(told)


async def test_names_beyond_all_measure_stop_nobody(start: Start) -> None:
    """The server would fail a workflow whose search attribute is too long: values are cut."""
    world = World()
    world.person = replace(
        world.person, display_name="\0" * 50 + "é" * 5_000, department="部" * 5_000
    )
    enrolment = await start(world)
    await enrolment.in_status(InviteStatus.SENT)
    assert (await attributes(enrolment))["Department"] == "部" * 254 + "…"
    assert world.row["DisplayName_"] == "é" * 254 + "…"


async def test_every_summary_of_a_row_fits(invited: Enrolment) -> None:
    """The summary of a write that names all columns is as short as Temporal wants summaries."""
    columns = item_fields(enrolment_input(invited.world), await invited.state())
    assert len(json.dumps(f"Tracking list: {', '.join(columns)}")) <= SUMMARY_BYTES
