"""One person's story as ``show`` tells it, from histories that real enrolments have left."""

from collections import Counter

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from client.story import texts
from client.story.history import lines_of
from client.story.steps import DONE, Line
from client.story.texts import Ending, Told
from domain.enrolment.messages import MailBounced, Signal, Update
from domain.failures import FailureType
from domain.mail.content import Withheld
from domain.plain_text import beginning
from domain.standing.texts import ENDS
from domain.status import EnrolmentEnd, MailKind
from temporal.connect import DATA_CONVERTER
from tests.replay.record import recorded_enrolments
from tests.support.enrolments import ADMIN, COMPLETIONS
from workflows.enrolment.texts import mail_name

HISTORIES = recorded_enrolments()


def events_of(name: str) -> list[HistoryEvent]:
    """Read a recorded history."""
    return list(WorkflowHistory.from_json("mfa-enrolment-x", HISTORIES[name].read_text()).events)


async def story(events: list[HistoryEvent]) -> list[Line]:
    """Tell it."""
    return [line async for line in lines_of(events, DATA_CONVERTER)]


async def sentences(name: str) -> list[str]:
    """Tell a recorded history."""
    return [line.text for line in await story(events_of(name))]


@pytest.mark.wording
async def test_a_story_reads_well() -> None:
    """Each step is told once, in a whole sentence, from the start to the end."""
    assert await sentences("straight-to-active") == [
        "The enrolment started.",
        "Found the user in the directory, and their row on the tracking list.",
        "Sent the invitation.",
        "A mail was opened.",
        "The user clicked the button behind the link.",
        "Added the user to the enforcement group.",
        "The registration report showed a change.",
        "Found an MFA method: the user is registered.",
        "The enrolment is complete: the user is Active.",
    ]


@pytest.mark.wording
async def test_admins_are_named_with_their_reasons() -> None:
    """Who paused and resumed is in the story, and how it ended."""
    told = await sentences("paused-and-resumed")
    assert f"{ADMIN.actor} paused the enrolment: {ADMIN.reason}." in told
    assert f"{ADMIN.actor} resumed the enrolment: {ADMIN.reason}." in told
    assert told[-1] == ENDS[EnrolmentEnd.GONE]


async def test_every_mail_is_told_by_its_kind() -> None:
    """Reminders, the manager's mail and the missing manager, each in its place."""
    told = await sentences("reminded-and-escalated")
    invited, reminded, escalated = (
        texts.STEPS[Told.SENT].format(mail=mail_name(kind, resend=False))
        for kind in (MailKind.INVITATION, MailKind.REMINDER, MailKind.ESCALATION)
    )
    unmanaged = texts.WITHHELD[Withheld.NO_MANAGER]
    unmanaged = unmanaged.format(mail=mail_name(MailKind.ESCALATION, resend=False))
    of_mails = [line for line in told if line in {invited, reminded, escalated, unmanaged}]
    assert of_mails == [invited, reminded, reminded, unmanaged, reminded, escalated]


async def test_a_failure_is_told_and_its_attempts_are_not() -> None:
    """A group that was busy, then forbidden, then open: the refusal and the success are told."""
    told = await sentences("clicked-and-followed-up")
    refused = texts.FAILED[texts.ADD_TO_GROUP].format(reason="No right to change the group.")
    assert told.count(refused) == 1
    assert told.index(refused) < told.index(texts.STEPS[Told.ADDED_TO_GROUP])
    assert "It is busy." not in "".join(told)


async def test_a_withdrawn_mail_was_not_sent() -> None:
    """Cancelled between draft and sending: the story says so, and ends."""
    told = await sentences("cancelled-with-a-draft")
    assert [text for text in told if text.startswith(beginning(texts.STEPS[Told.WITHDRAWN]))]
    assert not [text for text in told if text.startswith(beginning(texts.STEPS[Told.SENT]))]
    assert told[-1] == texts.ENDINGS[Ending.CANCELLED]


async def test_new_runs_do_not_start_the_story_again() -> None:
    """A history that goes on in a new run goes on in the story, too."""
    first, last = await sentences("in-many-runs"), await sentences("in-many-runs-last")
    assert first[0] == texts.STEPS[Told.STARTED_UNNAMED]
    assert texts.STEPS[Told.STARTED_UNNAMED] not in last


@pytest.mark.parametrize("name", HISTORIES)
async def test_words_of_the_history_decide_nothing(name: str) -> None:
    """Without any summary, an enrolment's story is the same."""
    bare = events_of(name)
    for event in bare:
        event.ClearField("user_metadata")
    assert await story(bare) == await story(events_of(name))


@pytest.mark.parametrize("name", HISTORIES)
async def test_no_step_is_told_twice(name: str) -> None:
    """No two lines at one moment say the same."""
    told = await story(events_of(name))
    assert told
    assert max(Counter(told).values()) == 1


async def test_a_look_that_saw_nothing_is_no_failure() -> None:
    """A single look that ends with "not yet" isn't told; types that nobody knows are, by name."""
    scheduled = HistoryEvent(event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, event_id=1)
    attributes = scheduled.activity_task_scheduled_event_attributes
    attributes.activity_type.name = texts.AWAIT_REGISTRATION

    async def failed(kind: FailureType, *details: object) -> list[Line]:
        info = ApplicationFailureInfo(type=kind)
        info.details.payloads.extend(await DATA_CONVERTER.encode(details))
        event = HistoryEvent(event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED, event_id=2)
        failure = event.activity_task_failed_event_attributes
        failure.scheduled_event_id = 1
        failure.failure.CopyFrom(Failure(message="No.", application_failure_info=info))
        return await story([scheduled, event])

    assert await failed(FailureType.NOT_REGISTERED) == []
    assert await failed(FailureType.UNKNOWN_METHODS) == []
    (unknown,) = await failed(FailureType.UNKNOWN_METHODS, "brainWave")
    assert unknown.text == texts.STEPS[Told.UNKNOWN_METHODS].format(types="brainWave")
    (forbidden,) = await failed(FailureType.PERMISSION_DENIED)
    assert forbidden.text == texts.FAILED[texts.AWAIT_REGISTRATION].format(reason="No.")


async def test_a_bounce_names_the_mail_and_the_code() -> None:
    """Which mail was returned, and why, is in the signal."""
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    signal = event.workflow_execution_signaled_event_attributes
    signal.signal_name = Signal.MAIL_BOUNCED
    bounced = MailBounced(
        event_id="1",
        at=event.event_time.ToDatetime(),
        kind=MailKind.REMINDER,
        run_id="r",
        number=2,
        code="5.1.10",
    )
    signal.input.payloads.extend(await DATA_CONVERTER.encode([bounced]))
    (line,) = await story([event])
    assert "(5.1.10)" in line.text


def test_every_type_has_its_sentence() -> None:
    """Whatever a history can hold is told, or left out on purpose."""
    scheduled = {
        event.activity_task_scheduled_event_attributes.activity_type.name
        for name in HISTORIES
        for event in events_of(name)
        if event.HasField("activity_task_scheduled_event_attributes")
    }
    assert scheduled == set(texts.FAILED)
    silent = {texts.AWAIT_REGISTRATION, texts.WRITE_ROW, texts.CANCEL}
    mails = {texts.DELIVER_MAIL, texts.WITHDRAW_MAIL}
    assert set(DONE) == scheduled - silent - mails
    assert set(texts.STEPS) == set(Told)
    assert set(texts.SIGNALS) == set(Signal)
    assert set(texts.REQUESTS) == set(Update)
    assert set(texts.WITHHELD) == set(Withheld)
    assert set(ENDS) >= COMPLETIONS
    assert set(texts.ENDINGS) == set(Ending)
