"""What the demo's Temporal server keeps: as long as an admin is advised to keep it."""

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client

from domain.doctor.temporal import SHORTEST_RETENTION


async def keep_histories(temporal: Client) -> None:
    """Keep the histories of enrolments that have ended, which a dev server does for a day."""
    retention = Duration()
    retention.FromTimedelta(SHORTEST_RETENTION)
    await temporal.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=temporal.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=retention),
        )
    )
