"""Temporal namespaces of a test's own, on the server that all tests share."""

from datetime import timedelta
from uuid import uuid4

from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from client.schedules import ensure_schedules
from client.setup import check_search_attributes, ensure_search_attributes
from temporal.connect import DATA_CONVERTER
from tests.support.eventually import eventually

MONTH = timedelta(days=30)


async def own_namespace(address: str, *, scheduled: bool = False) -> Client:
    """Make a namespace with our search attributes, and schedules if wanted; return its client."""
    name = f"own-{uuid4()}"
    client = await Client.connect(address, namespace=name, data_converter=DATA_CONVERTER)
    request = RegisterNamespaceRequest(namespace=name)
    request.workflow_execution_retention_period.FromTimedelta(MONTH)
    await client.workflow_service.register_namespace(request)

    async def ready() -> bool:
        # The server's parts learn of a namespace within seconds, one after the other.
        try:
            await ensure_search_attributes(client)
            await check_search_attributes(client)
            if scheduled:
                await ensure_schedules(client)
        except RPCError:
            return False
        return True

    await eventually(ready)
    return client
