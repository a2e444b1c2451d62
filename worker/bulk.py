"""Requests of admins about many people, and the undo of an import."""

from activities.bulk.ask_people import BulkActivities
from activities.bulk.turns import Turns
from activities.bulk.undo_import import UndoActivities, UndoClients
from database.enrolments.records import tombstones_of
from database.requests.requests import Requests
from graph.groups import EnforcementGroup
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow

WORKFLOWS = (BulkRequestWorkflow, UndoImportWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what requests about many people run; all of them share the turns."""
    requests = Requests(needs.database, tombstones_of(needs.settings.token_keys))
    turns = Turns()
    bulk = BulkActivities(client=needs.client, requests=requests, turns=turns)
    undo = UndoActivities(
        UndoClients(
            client=needs.client,
            tracking_list=needs.tracking_list,
            group=EnforcementGroup(needs.graph, needs.settings.enforcement_group_id),
            requests=requests,
        ),
        turns=turns,
    )
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                bulk.ask_people,
                bulk.try_again,
                bulk.finish_request,
                undo.stop_import,
                undo.choose_people,
                undo.undo_people,
            ),
        )
    ]
