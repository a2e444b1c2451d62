"""Runs the API as its entry point would, with a file of its own."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp
from temporalio.client import Client

from api.app import create_app
from api.config import ApiConfig, ApiDependencies
from api.links.resolver import Resolution
from api.public.track_open import PixelFirst
from api.server.listener import listen
from api.services import Services
from database.engine import Database
from domain.mail.content import Branding
from graph.tracking_list import TrackingList
from temporal.connect import DATA_CONVERTER

KEY = bytes(range(32))
OLDER_KEY = bytes(range(32, 64))
BASE_URL = "https://mfa.contoso.example"
SETUP_URL = "https://setup.contoso.example/mfa"

BRANDING = Branding(
    company_name="Contoso & Sons",
    support_team="Contoso Service Desk",
    support_email="help@contoso.example",
    support_phone="+49 30 123",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A running API, and a browser in front of it."""

    app: PixelFirst
    http: httpx.AsyncClient
    outbox_path: Path

    async def open_link(self, token: str) -> httpx.Response:
        """Follow the link of a mail."""
        return await self.http.get("/api/enrol", params={"token": token})

    async def press_button(self, token: str) -> httpx.Response:
        """Press the landing page's button."""
        return await self.http.post("/api/enrol", data={"token": token})

    async def show_pixel(self, token: str) -> httpx.Response:
        """Fetch the image of a mail."""
        return await self.http.get("/api/track-open", params={"token": token})

    async def resolve(self, token: str) -> Resolution:
        """Ask the API's tables whose a token is."""
        services: Services = self.app.state.services
        return await services.links.resolver.resolve(token)

    async def sorted(self) -> None:
        """Wait until all opens that came in are in the outbox, or nowhere."""
        services: Services = self.app.state.services
        async with asyncio.timeout(600):
            while services.outbox.opens_in_journal:  # noqa: ASYNC110 - nothing tells its end
                await asyncio.sleep(0.005)

    def depth(self) -> int:
        """Return how many hits the outbox says it holds."""
        services: Services = self.app.state.services
        return services.outbox.depth()

    async def emptied(self) -> None:
        """Wait until the outbox holds nothing more."""
        async with asyncio.timeout(600):
            while self.depth():  # noqa: ASYNC110 - the outbox has no event for it
                await asyncio.sleep(0.01)

    def held(self) -> list[tuple[str, str]]:
        """Return kind and subject of what the outbox's file holds, in order."""
        with contextlib.closing(sqlite3.connect(self.outbox_path)) as connection:
            return list(connection.execute("SELECT kind, subject FROM held ORDER BY id"))

    def tries(self) -> int:
        """Return how often what the outbox's file holds was tried in vain."""
        with contextlib.closing(sqlite3.connect(self.outbox_path)) as connection:
            return int(connection.execute("SELECT total(tries) FROM held").fetchone()[0])


def config(folder: Path, **changes: Any) -> ApiConfig:
    """Return a configuration for tests: everything as by default, and quick about retrying."""
    return replace(
        ApiConfig(
            token_keys=(KEY, OLDER_KEY),
            branding=BRANDING,
            public_base_url=BASE_URL,
            setup_url=SETUP_URL,
            outbox_path=folder / "outbox.sqlite",
            longest_delivery_pause=timedelta(milliseconds=20),
        ),
        **changes,
    )


@contextlib.asynccontextmanager
async def running_api(
    client: Client,
    folder: Path,
    address: str = "192.0.2.7",
    *,
    tracking_list: TrackingList | None = None,
    database: Database | None = None,
    **changes: Any,
) -> AsyncIterator[Api]:
    """Run an API in this process; its browser comes from ``address``."""
    settings = config(folder, **changes)
    dependencies = ApiDependencies(
        config=settings, client=client, tracking_list=tracking_list, database=database
    )
    app = create_app(dependencies)
    transport = httpx.ASGITransport(app, client=(address, 1234))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http,
    ):
        yield Api(app=app, http=http, outbox_path=settings.outbox_path)


@contextlib.asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application that is running already on a free port, and yield its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def lazy_client(address: str) -> Client:
    """Return a client that hasn't connected yet."""
    return await Client.connect(address, lazy=True, data_converter=DATA_CONVERTER)
