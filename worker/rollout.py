"""The rollout as a whole: many people at once, our tables, what is forgotten, who is told."""

from activities.bulk.add_to_group import GroupRequestActivities
from activities.bulk.ask_people import BulkActivities
from activities.bulk.turns import Turns
from activities.bulk.undo_import import UndoActivities, UndoClients
from activities.enrolment.group import GroupActivities
from activities.erasure.erase import ErasureActivities
from activities.erasure.retention import RetentionActivities
from activities.rollout.high_water import HighWaterActivities
from activities.webhooks.deliver import WebhookActivities
from database.erasure.erasures import Erasures
from database.portal.webhooks import WebhookQueue
from database.requests.requests import Requests
from database.rollout.completeness import Completeness
from database.tombstones import Tombstones
from graph.groups import EnforcementGroup
from webhooks.endpoint import Endpoints
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow
from workflows.erasure import ErasureWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow
from workflows.scheduled.retention import RetentionWorkflow
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow, WebhookTestWorkflow

WORKFLOWS = (
    BulkRequestWorkflow,
    ErasureWorkflow,
    HighWaterWorkflow,
    RetentionWorkflow,
    UndoImportWorkflow,
    WebhookDeliveryWorkflow,
    WebhookTestWorkflow,
)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what raises the high-water mark, erases, applies the retention, tells webhooks."""
    marks = HighWaterActivities(client=needs.client, tables=Completeness(needs.database))
    erasures = Erasures(needs.database, Tombstones())
    erasing = ErasureActivities(
        client=needs.client, tracking_list=needs.tracking_list, erasures=erasures
    )
    retention = RetentionActivities(
        database=needs.database, erasures=erasures, retain_ended=needs.settings.retain_ended
    )
    webhooks = WebhookActivities(
        queue=WebhookQueue(needs.database),
        endpoints=Endpoints(
            allow_private=needs.settings.allows_private_webhooks,
            ca_bundle=needs.settings.connection.http.ca_bundle,
        ),
    )
    requests = Requests(needs.database)
    turns = Turns()
    bulk = BulkActivities(client=needs.client, requests=requests, turns=turns)
    group = EnforcementGroup(needs.graph, needs.settings.enforcement_group_id)
    adding = GroupRequestActivities(
        client=needs.client,
        requests=requests,
        group=GroupActivities(group=group, directory=needs.directory, exclusions=needs.exclusions),
        tracking_list=needs.tracking_list,
        turns=turns,
    )
    undo = UndoActivities(
        UndoClients(
            client=needs.client,
            tracking_list=needs.tracking_list,
            group=group,
            requests=requests,
        ),
        turns=turns,
    )
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                marks.raise_high_water,
                erasing.end_enrolment,
                erasing.erase_rows,
                erasing.delete_list_rows,
                erasing.forget_manager,
                erasing.delete_histories,
                erasing.delete_import_histories,
                retention.strip_ended_people,
                bulk.ask_people,
                bulk.try_again,
                bulk.finish_request,
                adding.add_people_to_group,
                undo.stop_import,
                undo.choose_people,
                undo.undo_people,
                webhooks.deliver_webhook,
                webhooks.test_webhook,
            ),
        )
    ]
