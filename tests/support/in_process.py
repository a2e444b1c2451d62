"""Verbs in the test's own process, with settings of a simulated tenant."""

import asyncio
import base64
import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from typer.testing import CliRunner

from cli.main import app
from client.schedules import ensure_schedules
from client.setup import ensure_search_attributes
from simulated_tenant import population
from simulated_tenant.testing import RunningTenant
from temporal.connect import DATA_CONVERTER
from tests.support.eventually import eventually

KEY = bytes(range(32))
MONTH = timedelta(days=30)


async def run_in_process(environment: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """Run a verb in a thread; return its status, its standard output and its standard error."""
    return await asyncio.to_thread(_invoke, environment, words)


def _invoke(environment: Mapping[str, str], words: tuple[str, ...]) -> tuple[int, str, str]:
    with _with(environment):
        result = CliRunner().invoke(app, list(words), prog_name="mfa-rollout")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@contextlib.contextmanager
def _with(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def settings_of(
    running: RunningTenant, folder: Path, *, temporal_address: str, namespace: str
) -> dict[str, str]:
    """Return the settings of a worker in a populated tenant, with its database in a folder."""
    return {
        "MFA_ROLLOUT_ENV_FILE": os.devnull,
        "COLUMNS": "80",
        "TERM": "dumb",
        "SIMULATED_TENANT": "on",
        "TENANT_ID": population.TENANT_ID,
        "CLIENT_ID": population.WORKER_CLIENT_ID,
        "CLIENT_SECRET": population.WORKER_SECRET,
        "AUTHORITY_HOST": running.origin,
        "GRAPH_BASE_URL": running.graph_url,
        "CA_BUNDLE": str(running.ca_path),
        "ENFORCEMENT_GROUP_ID": population.GROUP_ID,
        "EXCLUDED_GROUP_ID": population.EXCLUDED_GROUP_ID,
        "SITE_ID": population.SITE_ID,
        "LIST_ID": population.LIST_ID,
        "SENDER_MAILBOXES": population.SENDER,
        "TRACKING_TOKEN_KEY": base64.b64encode(KEY).decode(),
        "PUBLIC_BASE_URL": "https://mfa.contoso.example",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "servicedesk@contoso.example",
        "DATA_DIR": str(folder),
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": namespace,
    }


async def own_namespace(address: str) -> Client:
    """Make a namespace with all that a rollout needs, and return a client of it."""
    maker = await Client.connect(address)
    name, retention = f"own-{uuid4()}", Duration()
    retention.FromTimedelta(MONTH)
    await maker.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    client = await Client.connect(address, namespace=name, data_converter=DATA_CONVERTER)

    async def known() -> bool:
        # The server's parts learn of a namespace within seconds, one after the other.
        try:
            await ensure_search_attributes(client)
            await ensure_schedules(client)
        except RPCError:
            return False
        return True

    await eventually(known)
    return client
