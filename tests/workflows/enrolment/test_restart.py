"""What survives: workers that stop, workers that remember nothing, histories that grow long."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.status import InviteStatus, MailKind
from temporal.connect import DATA_CONVERTER
from tests.support import temporal_server
from tests.support.enrolments import Enrolment, enrol, working
from tests.support.eventually import eventually
from tests.support.world import DAY, MINUTE, WEEK, World

# Few enough that a journey takes several runs, more than one run needs to begin.
EVENTS_A_RUN = 50


async def test_goes_on_under_another_worker(
    skipper: TimeSkipper, unique: Callable[[str], str]
) -> None:
    """A worker stops between two reminders and another takes over: nothing twice, nothing lost."""
    world, queue = World(), unique("queue")
    async with working(skipper.client, world, task_queue=queue):
        enrolment = await enrol(skipper, world, task_queue=queue)
        await enrolment.in_status(InviteStatus.SENT)
        await enrolment.pass_until_mails(2, within=WEEK + MINUTE)
        await enrolment.reminded(1)
    await enrolment.click()
    async with working(skipper.client, world, task_queue=queue):
        await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
        await enrolment.register()
        await enrolment.handle.result()
    assert world.mails == [MailKind.INVITATION, MailKind.REMINDER]
    assert world.group_adds == 1


async def test_replays_at_every_step(skipper: TimeSkipper, unique: Callable[[str], str]) -> None:
    """A worker that keeps nothing in its cache replays at each task: the journey is the same."""
    world, queue = World(), unique("queue")
    async with working(skipper.client, world, task_queue=queue, max_cached_workflows=0):
        enrolment = await enrol(skipper, world, task_queue=queue)
        await enrolment.in_status(InviteStatus.SENT)
        await enrolment.open()
        await enrolment.pass_until_mails(2, within=WEEK + MINUTE)
        await enrolment.ask_for_link()
        await enrolment.pass_until_mails(3, within=MINUTE)
        await enrolment.reached(lambda state: not state.resend_wanted)
        await enrolment.click()
        await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
        await enrolment.register()
        await enrolment.handle.result()
    assert world.mails == [MailKind.INVITATION, MailKind.REMINDER, MailKind.INVITATION]
    assert world.row["InviteStatus"] == "Active"


@pytest.fixture(scope="module")
def impatient_server() -> Iterator[str]:
    """Run a server that suggests to continue as new after a few events."""
    setting = f"limit.historyCount.suggestContinueAsNew={EVENTS_A_RUN}"
    process, address = temporal_server.start("--dynamic-config-value", setting)
    try:
        temporal_server.wait_until_ready(process, address)
        yield address
    finally:
        temporal_server.stop(process)


@pytest.fixture
async def in_many_runs(impatient_server: str) -> AsyncIterator[Enrolment]:
    """Enrol Ada on that server."""
    client = await Client.connect(impatient_server, data_converter=DATA_CONVERTER)
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    world = World()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(working(client, world, task_queue="queue"))
        enrolment = await enrol(skipper, world, task_queue="queue", fresh_handle=True)
        stack.push_async_callback(enrolment.leave)
        await enrolment.in_status(InviteStatus.SENT)
        yield enrolment


async def test_continues_as_new_with_everything(in_many_runs: Enrolment) -> None:
    """Over several runs: reminders on their days, one escalation, events counted once."""
    enrolment = in_many_runs
    runs = {(await enrolment.handle.describe()).run_id}
    await enrolment.open()
    await enrolment.click("event-1")
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    first = await enrolment.state()
    for count in (1, 2):
        await enrolment.pass_time(WEEK + MINUTE)
        await enrolment.followed_up(count)
        runs.add((await enrolment.handle.describe()).run_id)
    await enrolment.pass_time(DAY + MINUTE)
    state = await enrolment.reached(lambda state: state.escalated)
    assert first.clicked_at is not None
    assert state.escalated_at is not None
    assert 15 * DAY <= state.escalated_at - first.clicked_at < 15 * DAY + 10 * MINUTE
    assert (state.clicked_at, state.opened_at) == (first.clicked_at, first.opened_at)
    assert state.seen_events == first.seen_events
    polls = len(enrolment.world.polls)
    await enrolment.register()
    await enrolment.doing("await_registration", times=polls + 1)
    await eventually(lambda: enrolment.world.row["InviteStatus"] == "Active")
    runs.add((await enrolment.handle.describe()).run_id)
    assert len(runs) > 1
    assert enrolment.world.mails == [
        MailKind.INVITATION,
        MailKind.FOLLOW_UP,
        MailKind.FOLLOW_UP,
        MailKind.ESCALATION,
    ]
    assert len({mail.key for mail in enrolment.world.deliveries}) == 4


async def test_continues_as_new_although_the_list_is_down(in_many_runs: Enrolment) -> None:
    """A list that nobody can write to doesn't make a history grow without end."""
    enrolment = in_many_runs
    first = (await enrolment.handle.describe()).run_id
    enrolment.world.fail("write_row", "The list is gone.")
    await enrolment.click()
    await enrolment.reached(lambda state: state.status is InviteStatus.ADDED_TO_GROUP)
    await enrolment.pass_time(DAY / 8)

    async def in_another_run() -> bool:
        return (await enrolment.handle.describe()).run_id != first

    await eventually(in_another_run)
    enrolment.world.mend("write_row")
    await enrolment.pass_time(11 * MINUTE)
    await enrolment.shows(InviteStatus="AddedToGroup", InGroup=True)
