"""The portal in this process, with tables of its own, and browsers in front of it."""

import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client

from api.config import PortalConfig, SignIn
from api.portal.cookies import hash_of
from database.engine import Database
from database.portal.sessions import open_session
from database.rollout.processes import report_process
from domain.portal.roles import Role
from domain.portal.session import SESSION_LASTS, Session
from domain.tables.rollout import Process, ProcessKind
from templates.plots.renderer import Renderer
from tests.api.running import BASE_URL, Api, running_api
from tests.database.values import object_id

CSRF = "c" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPortal:
    """A portal that runs, its tables, and the API around it."""

    api: Api
    database: Database

    @asynccontextmanager
    async def browser(
        self, *roles: Role, name: str = "Ada Lovelace", number: int = 900, **values: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Open a browser in which somebody has signed in with these roles."""
        session_id = secrets.token_urlsafe(16)
        session = session_of(session_id, roles, name=name, number=number, **values)
        async with self.database.writing() as connection:
            await open_session(connection, session)
        cookies = {"__Host-mfa-rollout-session": session_id}
        transport = httpx.ASGITransport(self.api.app, client=("192.0.2.9", 1234))
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE_URL, cookies=cookies
        ) as http:
            yield http

    def hash_in(self, browser: httpx.AsyncClient) -> str:
        """Return the hash of the session's id in a browser."""
        return hash_of(browser.cookies["__Host-mfa-rollout-session"])


def session_of(
    session_id: str,
    roles: Iterable[Role],
    *,
    name: str = "Ada Lovelace",
    number: int = 900,
    **values: Any,
) -> Session:
    """Return the session of somebody who signed in just now, but for what is said otherwise."""
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "id_hash": hash_of(session_id),
        "actor_id": object_id(number),
        "actor_name": name,
        "login": "ada@contoso.example",
        "roles": frozenset(roles),
        "csrf_token": CSRF,
        "created_at": now,
        "expires_at": now + SESSION_LASTS,
        "confirmed_at": now,
    }
    return Session(**{**usual, **values})


@asynccontextmanager
async def running_portal(
    client: Client,
    folder: Path,
    database: Database,
    *,
    portal: PortalConfig | None = None,
    sign_in: SignIn | None = None,
    **changes: Any,
) -> AsyncIterator[RunningPortal]:
    """Run an API with a portal on these tables, in which a worker has just reported itself."""
    now = datetime.now(UTC)
    worker = Process(
        process_id=object_id(901),
        kind=ProcessKind.WORKER,
        version="1",
        started_at=now,
        last_seen_at=now + timedelta(hours=1),
    )
    async with database.writing() as connection:
        await report_process(connection, worker)
    async with running_api(
        client,
        folder,
        database=database,
        portal=portal or PortalConfig(base_url=BASE_URL),
        sign_in=sign_in,
        **changes,
    ) as api:
        # However slow the machine is, a page shows its plots.
        if services := getattr(api.app.state, "portal", None):
            object.__setattr__(services, "plots", Renderer(longest_wait=600))
        yield RunningPortal(api=api, database=database)
