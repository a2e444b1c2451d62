"""Ways to break one thing of a rollout, and to put it right again."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from google.protobuf.duration_pb2 import Duration
from sqlalchemy import delete
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest

from client.schedules import ensure_schedules
from client.setup import ensure_search_attributes
from database.mail.senders import set_sender
from database.rollout.control import set_control
from database.schema import enrolment
from domain.doctor.checks import Check
from domain.doctor.checks import Fault as Found
from domain.identifiers import BOUNCE_SCHEDULE_ID
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl
from simulated_tenant import population
from temporal.search_attributes import DEPARTMENT
from tests.cli.doctor.rollout import Rollout, api_behind_proxy
from tests.database.values import person, put
from tests.support.namespaces import MONTH

Settings = dict[str, str]
Broken = Callable[[Rollout], AbstractAsyncContextManager[Settings]]
KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is broken, the line that says so, and what its remedy has to name."""

    broken: Broken
    check: Check
    fault: Found
    names: str


def settings(**changes: str) -> Broken:
    """Change settings alone."""

    @asynccontextmanager
    async def broken(_: Rollout) -> AsyncIterator[Settings]:
        yield changes

    return broken


def file(name: str, *, mode: int, content: str) -> Broken:
    """Let a setting name a file with this mode."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        folder = rollout.folder / "files"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        path = folder / name
        path.write_text(content)
        path.chmod(mode)
        yield {"CLIENT_SECRET": "", name: str(path)}

    return broken


def retention(kept: timedelta) -> Broken:
    """Let the namespace keep ended workflows so long."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        await _retain(rollout, kept)
        yield {}
        await _retain(rollout, MONTH)

    return broken


async def _retain(rollout: Rollout, kept: timedelta) -> None:
    duration = Duration()
    duration.FromTimedelta(kept)
    await rollout.temporal.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=rollout.temporal.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=duration),
        )
    )


def search_attribute(kind: IndexedValueType.ValueType | None) -> Broken:
    """Let a search attribute have another type, or be missing."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        service, namespace = rollout.temporal.operator_service, rollout.temporal.namespace
        removal = RemoveSearchAttributesRequest(
            namespace=namespace, search_attributes=[DEPARTMENT.name]
        )
        await service.remove_search_attributes(removal)
        if kind is not None:
            await service.add_search_attributes(
                AddSearchAttributesRequest(
                    namespace=namespace, search_attributes={DEPARTMENT.name: kind}
                )
            )
        yield {}
        if kind is not None:
            await service.remove_search_attributes(removal)
        await ensure_search_attributes(rollout.temporal)

    return broken


@asynccontextmanager
async def schedule_missing(rollout: Rollout) -> AsyncIterator[Settings]:
    """Delete a schedule."""
    await rollout.temporal.get_schedule_handle(BOUNCE_SCHEDULE_ID).delete()
    yield {}
    await ensure_schedules(rollout.temporal)


@asynccontextmanager
async def schedule_paused(rollout: Rollout) -> AsyncIterator[Settings]:
    """Pause a schedule."""
    handle = rollout.temporal.get_schedule_handle(BOUNCE_SCHEDULE_ID)
    await handle.pause()
    yield {}
    await handle.unpause()


@asynccontextmanager
async def older_schema(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let the tables be those of an earlier release."""
    folder = rollout.folder / "older"
    folder.mkdir()
    source = sqlite3.connect(str(rollout.database.url.database))
    path = folder / Path(str(rollout.database.url.database)).name
    copy = sqlite3.connect(path)
    with contextlib.closing(source), contextlib.closing(copy):
        source.backup(copy)
        copy.execute("UPDATE alembic_version SET version_num = '0001'")
        copy.commit()
    path.chmod(0o600)
    yield {"DATA_DIR": str(folder)}


@asynccontextmanager
async def mail_stopped(rollout: Rollout) -> AsyncIterator[Settings]:
    """Stop all mail."""
    await _control(rollout, stopped=True)
    yield {}
    await _control(rollout, stopped=False)


async def _control(rollout: Rollout, *, stopped: bool) -> None:
    control = MailControl(
        mail_stopped=stopped, since=datetime.now(UTC), actor="Ada", reason="phishing alarm"
    )
    async with rollout.database.writing() as connection:
        await set_control(connection, control)


@asynccontextmanager
async def sender_blocked(rollout: Rollout) -> AsyncIterator[Settings]:
    """Say that Microsoft has blocked the mailbox."""
    now, address = datetime.now(UTC), population.SENDER
    async with rollout.database.writing() as connection:
        await set_sender(connection, address, SenderState.STOPPED, now=now, reason="5.1.8")
    yield {}
    async with rollout.database.writing() as connection:
        await set_sender(connection, address, SenderState.READY, now=now)


@asynccontextmanager
async def sender_removed(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let somebody on the way be mailed by a mailbox that the settings don't name."""
    await put(rollout.database, person(1, sender=f"gone@{population.DOMAIN}", ended=None))
    await put(rollout.database, person(2, sender=population.SENDER, ended=None))
    yield {}
    async with rollout.database.writing() as connection:
        await connection.execute(delete(enrolment))


@asynccontextmanager
async def another_database(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let this terminal have another database than the API."""
    folder = rollout.folder / "another"
    folder.mkdir()
    path = folder / Path(str(rollout.database.url.database)).name
    source, copy = sqlite3.connect(str(rollout.database.url.database)), sqlite3.connect(path)
    with contextlib.closing(source), contextlib.closing(copy):
        source.backup(copy)
        copy.execute("DELETE FROM process")
        copy.commit()
    path.chmod(0o600)
    yield {"DATA_DIR": str(folder)}


@asynccontextmanager
async def certificate(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let the public URL be the simulated tenant's own, whose certificate no browser trusts."""
    port = rollout.running.origin.rpartition(":")[2]
    yield {"PUBLIC_BASE_URL": f"https://localhost:{port}"}


def https_proxy(**refusal: Any) -> Broken:
    """Let the proxy on the way to Microsoft refuse."""

    @asynccontextmanager
    async def broken(rollout: Rollout) -> AsyncIterator[Settings]:
        for name, value in refusal.items():
            setattr(rollout.https_proxy, name, value)
        await rollout.https_proxy.hang_up()
        yield {}
        for name in refusal:
            setattr(rollout.https_proxy, name, None)

    return broken


@asynccontextmanager
async def proxy_not_trusted(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let a proxy before an API name its client, whom the API doesn't believe."""
    async with _another_api(rollout, x_forwarded_for="203.0.113.9") as address:
        yield {"PUBLIC_BASE_URL": address}


@asynccontextmanager
async def forged_header(rollout: Rollout) -> AsyncIterator[Settings]:
    """Let somebody write the header of proxies without being one."""
    async with _another_api(rollout) as address, httpx.AsyncClient(trust_env=False) as http:
        await http.get(f"{address}/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
        yield {"PUBLIC_BASE_URL": address}


def _another_api(rollout: Rollout, **forwarded: str) -> AbstractAsyncContextManager[str]:
    """Run an API of the rollout's that remembers what happens to it."""
    folder = rollout.folder / f"api-{uuid4()}"
    folder.mkdir()
    return api_behind_proxy(folder, rollout.temporal, rollout.database, **forwarded)
