"""What an admin sees in the Temporal UI: search attributes, details, summaries."""

import json
from dataclasses import replace

from temporalio.client import WorkflowHistory

from domain.enrolment.status import InviteStatus
from domain.markdown import SUMMARY_BYTES, escaped
from domain.tracking_list.columns import item_fields
from temporal import search_attributes
from tests.support.enrolments import ADMIN, Enrolment, enrolment_input
from tests.support.world import MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def attributes(enrolment: Enrolment) -> dict[str, object]:
    """Read the search attributes as the UI does."""
    found = (await enrolment.handle.describe()).typed_search_attributes
    ours = {key.name for key in search_attributes.ALL}
    return {pair.key.name: pair.value for pair in found if pair.key.name in ours}


async def details(enrolment: Enrolment) -> str:
    """Read the current details as the UI does."""
    return str(await enrolment.handle.query("__temporal_workflow_metadata"))


async def test_search_attributes_follow(invited: Enrolment) -> None:
    """They are those of the list: after the invitation, a reminder, a click."""
    expected = {
        "UserPrincipalName": "ada@contoso.example",
        "InviteStatus": "Sent",
        "MFARegistrationState": "Not Registered",
        "SourceBatchId": "test",
        "Department": "Research",
        "ReminderCount": 0,
        "EscalatedToManager": False,
    }
    assert await attributes(invited) == expected
    await invited.pass_until_mails(2, within=WEEK + MINUTE)
    await invited.shows(ReminderCount=1)
    assert await attributes(invited) == expected | {"ReminderCount": 1}
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert (await attributes(invited))["InviteStatus"] == "AddedToGroup"
    await invited.register()
    await invited.handle.result()
    assert (await attributes(invited))["MFARegistrationState"] == "Registered"
    assert set(expected) == {key.name for key in search_attributes.ALL}


async def test_click_is_seen_before_the_group_answers(invited: Enrolment) -> None:
    """Pages follow the status: it says Clicked while the group is being asked."""
    added = invited.world.hold("add_to_group")
    await invited.click()
    await invited.doing("add_to_group")
    assert (await attributes(invited))["InviteStatus"] == "Clicked"
    added.set()


async def test_details_tell_the_story(invited: Enrolment) -> None:
    """The details say where the user stands and what is waited for."""
    text = await details(invited)
    assert "Status | Sent" in text
    assert "Waits for | reminder, due" in text
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    text = await details(invited)
    assert "Status | AddedToGroup" in text
    assert "Waits for | follow\\\\-up, due" in text.replace("\\\\\\\\", "\\\\")


async def test_details_say_what_a_pending_user_waits_for(start: Start) -> None:
    """An invitation in the queue is what a pending user waits for."""
    enrolment = await start(World(), mails_wait=True)
    await enrolment.shows(InviteStatus="Pending")
    assert "turn in the mail queue" in await details(enrolment)


async def test_a_cancel_is_nothing_to_be_mended(invited: Enrolment) -> None:
    """Who was cancelled on purpose isn't shown as a problem: the details say by whom and why."""
    await invited.handle.execute_update(EnrolmentWorkflow.cancel, ADMIN)
    await invited.over()
    text = await details(invited)
    assert f"Cancelled by | {escaped(f'{ADMIN.actor}: {ADMIN.reason}')}" in text.replace(
        "\\\\", "\\"
    )
    assert "To be mended" not in text


async def test_an_end_is_told_and_not_complained_about(invited: Enrolment) -> None:
    """Who has left the directory is no problem either: the details say why it has ended."""
    invited.world.gone = True
    await invited.registration_changed()
    await invited.handle.result()
    text = await details(invited)
    assert "Why it has ended | Since" in text
    assert "To be mended" not in text


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
