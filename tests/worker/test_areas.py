"""What the worker runs: each area says what is on which queue, and nothing is left out."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client

from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from settings import WorkerSettings
from tests.activities import worker_process
from tests.activities.stage import Stage
from tests.test_architecture import DEFINITIONS
from worker.build import AREAS, WORKFLOWS, build_worker
from worker.dependencies import Dependencies
from worker.queues import OnQueue, merged
from workflows.enrolment.workflow import EnrolmentWorkflow


def needs_of(client: Client, stage: Stage) -> Dependencies:
    """Return what the areas of a worker with two mailboxes build their activities from."""
    written = {k.lower(): v for k, v in worker_process.environment(stage).items()}
    written["sender_mailboxes"] = f"{written['sender_mailboxes']},other@contoso.example"
    values: dict[str, Any] = written
    settings = WorkerSettings(**values)
    return Dependencies(
        client=client,
        graph=stage.graph,
        database=stage.database,
        settings=settings,
        task_queue=TASK_QUEUE,
    )


def test_every_workflow_belongs_to_one_area() -> None:
    """No workflow is forgotten, and none is registered twice."""
    assert sorted(cls.__name__ for cls in WORKFLOWS) == sorted(cls.__name__ for cls in DEFINITIONS)


async def test_queues_and_their_activities(client: Client, stage: Stage) -> None:
    """Drafts and looks at registrations have queues of their own; the rest shares one."""
    needs = needs_of(client, stage)
    parts = [part for area in AREAS for part in area.register(needs)]
    queues = {queue.queue: queue for queue in merged(parts)}
    names = {
        queue: [str(activity._Definition.must_from_callable(one).name) for one in found.activities]  # noqa: SLF001
        for queue, found in queues.items()
    }
    drafts = [mail_task_queue(TASK_QUEUE, sender) for sender in (0, 1)]
    looks = registration_task_queue(TASK_QUEUE)
    assert set(queues) == {TASK_QUEUE, looks, *drafts}
    assert [names[queue] for queue in drafts] == [["deliver_mail", "deliver_report"]] * 2
    assert names[looks] == ["await_registration", "read_report_page"]
    assert len(set(names[TASK_QUEUE])) == len(names[TASK_QUEUE])
    assert [cls for queue in (looks, *drafts) for cls in queues[queue].workflows] == []
    assert queues[TASK_QUEUE].per_second is None
    assert queues[looks].per_second == needs.looks_per_second
    # The mailbox's own rate is kept by the tables.
    above_the_rate = 1.25 * needs.settings.mail_per_minute / 60
    assert [queues[queue].per_second for queue in drafts] == [above_the_rate] * 2


async def test_a_worker_begins_no_more_than_a_slow_core_finishes(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Five workflow tasks at once on every queue; on a tenth of a core 20 already finish fewer."""
    queue = OnQueue(queue=unique("queue"), workflows=(EnrolmentWorkflow,), at_once=4)
    config = build_worker(client, queue).config()
    assert config["max_concurrent_workflow_tasks"] == 5
    assert config["max_concurrent_activities"] == 4


@pytest.mark.parametrize(
    "limited",
    [OnQueue(queue="mail", at_once=1), OnQueue(queue="mail", per_second=1)],
    ids=["at-once", "per-second"],
)
def test_two_areas_may_not_limit_one_queue(limited: OnQueue) -> None:
    """A queue has one rate and one number at once: a second area that names one is a mistake."""
    assert merged([limited, OnQueue(queue="mail")]) == [limited]
    assert merged([OnQueue(queue="mail"), limited]) == [limited]
    with pytest.raises(ValueError, match="mail"):
        merged([limited, limited])
