"""Verbs in the test's own process, with settings of a simulated tenant."""

import asyncio
import base64
import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from simulated_tenant import population
from simulated_tenant.testing import RunningTenant

KEY = bytes(range(32))


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
