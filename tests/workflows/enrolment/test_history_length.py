"""How long a history gets: each event costs the server a write, for every person of a rollout."""

from collections import Counter

from temporalio.api.enums.v1 import EventType

from domain.status import InviteStatus
from tests.support.enrolments import Enrolment
from tests.support.world import DAY, MINUTE, WEEK

# What only a test's clock adds.
SKIPPED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}


async def at_rest(enrolment: Enrolment) -> None:
    """Wait until all is written, as it is when days lie between two events."""
    await enrolment.reached(lambda state: not state.story)


async def test_the_full_unhappy_journey_is_short(invited: Enrolment) -> None:
    """Reminded twice, the manager told, clicked, in the group, registered: 130 events at most.

    Whoever has clicked comes before those whose enrolment only begins.
    """
    await at_rest(invited)
    for count in (1, 2):
        await invited.pass_time(WEEK + MINUTE)
        await invited.reminded(count)
        await at_rest(invited)
    await invited.pass_time(DAY + MINUTE)
    await invited.reached(lambda state: state.escalated)
    await at_rest(invited)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    invited.world.registered = True
    await at_rest(invited)
    await invited.pass_time(10 * MINUTE)
    await invited.handle.result()
    history = await invited.handle.fetch_history()
    events = [event for event in history.events if event.event_type not in SKIPPED]
    kinds = Counter(EventType.Name(event.event_type) for event in events)
    assert len(events) <= 130, kinds
    scheduled = [event.activity_task_scheduled_event_attributes for event in events]
    order = {one.activity_type.name: one.priority.priority_key for one in scheduled}
    assert (order["add_to_group"], order["look_up_and_adopt"]) == (1, 5)
