"""Recorded histories, replayed: a change of code that enrolments under way can't follow is red."""

import re

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from temporal.connect import DATA_CONVERTER
from tests.replay.record import recorded
from tests.replay.situations import SITUATIONS
from tests.support.enrolments import STRICT
from tests.support.variants import WithAnotherTimer, WithSlowReminders
from workflows.enrolment.workflow import EnrolmentWorkflow

HISTORIES = recorded()


def history(name: str) -> WorkflowHistory:
    """Read a recorded history."""
    return WorkflowHistory.from_json(f"mfa-enrolment-{name}", HISTORIES[name].read_text())


def replayer(variant: type) -> Replayer:
    """Return a replayer like the product's worker."""
    return Replayer(workflows=[variant], data_converter=DATA_CONVERTER, workflow_runner=STRICT)


@pytest.mark.parametrize("name", HISTORIES)
async def test_enrolments_under_way_can_go_on(name: str) -> None:
    """Today's code makes of a recorded history what was made then."""
    await replayer(EnrolmentWorkflow).replay_workflow(history(name))


@pytest.mark.parametrize("name", HISTORIES)
async def test_broken_workflow_is_noticed(name: str) -> None:
    """A timer that wasn't there breaks the replay of every history."""
    with pytest.raises(workflow.NondeterminismError):
        await replayer(WithAnotherTimer).replay_workflow(history(name))


async def test_changed_rule_is_noticed() -> None:
    """A rule of the domain that changed is workflow code: another interval breaks the replay."""
    with pytest.raises(workflow.NondeterminismError):
        await replayer(WithSlowReminders).replay_workflow(history("reminded-and-escalated"))


def test_every_situation_is_recorded() -> None:
    """No situation is without its history, and no history without its situation."""
    assert {name.removesuffix("-last") for name in HISTORIES} == set(SITUATIONS)
    assert "in-many-runs-last" in HISTORIES


def test_every_activity_occurs() -> None:
    """The recorded histories reach everything that an enrolment does."""
    found = {
        event.activity_task_scheduled_event_attributes.activity_type.name
        for name in HISTORIES
        for event in history(name).events
        if event.HasField("activity_task_scheduled_event_attributes")
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
    domains = set(re.findall(r"\w@([\w.-]+)", told))
    assert domains == {"contoso.example"}
