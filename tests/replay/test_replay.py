"""Recorded histories, replayed: a change of code that what is under way can't follow is red."""

import re
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, reset_tzpath

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import Interceptor, Replayer

from domain.enrolment import texts
from temporal.connect import DATA_CONVERTER
from tests.replay.record import ALL, recorded, recorded_enrolments
from tests.replay.situations import OFFICE
from tests.support.enrolments import STRICT
from tests.support.variants import WithSlowReminders
from tests.support.wrong_changes import OtherActivities, WaitsFirst
from worker.build import WORKFLOWS

HISTORIES = recorded()
ENROLMENTS = recorded_enrolments()


def history(name: str) -> WorkflowHistory:
    """Read a recorded history."""
    return WorkflowHistory.from_json(f"mfa-{name}", HISTORIES[name].read_text())


def events(name: str, kind: EventType.ValueType) -> list[HistoryEvent]:
    """Return the events of one kind in a history."""
    return [event for event in history(name).events if event.event_type == kind]


def type_of(name: str) -> str:
    """Return whose history it is."""
    return history(name).events[0].workflow_execution_started_event_attributes.workflow_type.name


def replayer(*variants: type, changes: tuple[Interceptor, ...] = ()) -> Replayer:
    """Return a replayer like the product's worker, with variants in place of workflows."""
    return Replayer(
        workflows=variants or WORKFLOWS,
        data_converter=DATA_CONVERTER,
        workflow_runner=STRICT,
        interceptors=changes,
        # However slow the machine is.
        debug_mode=True,
    )


@pytest.mark.parametrize("name", HISTORIES)
async def test_what_is_under_way_can_go_on(name: str) -> None:
    """Today's code makes of a recorded history what was made then."""
    await replayer().replay_workflow(history(name))


@pytest.fixture
def other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put other words in place of every text that people read."""
    tables = [
        table
        for name, module in sys.modules.items()
        if name.endswith(".texts")
        for table in vars(module).values()
        if isinstance(table, dict) and all(isinstance(text, str) for text in table.values())
    ]
    assert texts.PROBLEMS in tables
    for table in tables:
        for key, text in table.items():
            monkeypatch.setitem(table, key, f"Other words: {text}")


@pytest.mark.usefixtures("other_words")
@pytest.mark.parametrize("name", HISTORIES)
async def test_other_words_are_no_other_step(name: str) -> None:
    """Whoever has a problem when its sentence gets another wording goes on."""
    await replayer().replay_workflow(history(name))


@pytest.mark.parametrize("name", HISTORIES)
async def test_a_step_more_is_noticed(name: str) -> None:
    """A timer that wasn't there breaks the replay of every history."""
    with pytest.raises(workflow.NondeterminismError):
        await replayer(changes=(WaitsFirst(),)).replay_workflow(history(name))


@pytest.mark.parametrize("name", HISTORIES)
async def test_another_activity_is_noticed(name: str) -> None:
    """An activity with another name breaks the replay of every history that has one."""
    if not events(name, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED):
        assert type_of(name) == "RolloutControlWorkflow"
        return
    with pytest.raises(workflow.NondeterminismError):
        await replayer(changes=(OtherActivities(),)).replay_workflow(history(name))


async def test_changed_rule_is_noticed() -> None:
    """A rule of the domain that changed is workflow code: another interval breaks the replay."""
    with pytest.raises(workflow.NondeterminismError):
        await replayer(WithSlowReminders).replay_workflow(history("reminded-and-escalated"))


def _with_offset(hours: int) -> bytes:
    """Return a time zone that is always so far from UTC, as a file of the database (RFC 8536)."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return b"TZif" + bytes(16) + counts + struct.pack(">lbb", hours * 3600, 0, 0) + b"NEW\0"


@pytest.fixture(params=["other rules", "no zones"])
def updated_zones(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Put another time-zone database in place: Zurich lives by other rules, or isn't there."""
    if request.param == "other rules":
        zone = tmp_path / OFFICE.time_zone
        zone.parent.mkdir()
        zone.write_bytes(_with_offset(7))
    reset_tzpath(to=[str(tmp_path)])
    ZoneInfo.clear_cache()
    yield
    reset_tzpath()
    ZoneInfo.clear_cache()


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_an_update_of_time_zones_stops_nobody(updated_zones: None) -> None:
    """When mails leave was answered by workers, and is never computed again."""
    markers = events("in-a-send-window", EventType.EVENT_TYPE_MARKER_RECORDED)
    assert len(markers) >= 4
    # At noon mails may leave by the true rules: the database is another one indeed.
    with suppress(ZoneInfoNotFoundError):
        assert not OFFICE.is_open(NOON)
    await replayer().replay_workflow(history("in-a-send-window"))


def test_mails_leave_at_noon_by_the_true_rules() -> None:
    """What the test before relies on."""
    assert OFFICE.is_open(NOON)


def test_every_situation_is_recorded() -> None:
    """No situation is without its history, and no history without its situation."""
    assert {name.removesuffix("-last") for name in HISTORIES} == set(ALL)
    many = {name for name, situation in ALL.items() if situation.many_runs}
    assert {name.removesuffix("-last") for name in HISTORIES if name.endswith("-last")} == many


def test_every_workflow_is_recorded() -> None:
    """Every type that a worker runs has a history, open or closed."""
    assert {type_of(name) for name in HISTORIES} == {cls.__name__ for cls in WORKFLOWS}


def test_every_activity_of_an_enrolment_occurs() -> None:
    """The recorded histories reach everything that an enrolment does."""
    found = {
        event.activity_task_scheduled_event_attributes.activity_type.name
        for name in ENROLMENTS
        for event in events(name, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    }
    assert found == {
        "look_up_and_adopt",
        "deliver_mail",
        "withdraw_mail",
        "add_to_group",
        "write_row",
        "await_registration",
        "await_enabled",
        "request_cancellation",
    }


@pytest.mark.parametrize("name", HISTORIES)
def test_nobody_is_named(name: str) -> None:
    """Histories hold no host, no process, and no address but those of the example domain."""
    assert '"identity"' not in HISTORIES[name].read_text()
    told = "".join(str(event) for event in history(name).events)
    assert set(re.findall(r"\w@([\w.-]+)", told)) <= {"contoso.example"}
