"""Caddy as Compose starts it, in front of an upstream that notes what it was asked."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.headers import SecurityHeaders
from demo.layout import free_ports
from tests.api.running import served
from tests.deploy.compose import ROOT, SERVICES, environment_of

HOST = "localhost"


@dataclass(kw_only=True)
class Upstream:
    """Stands where the API does: answers everything, and keeps what reached it."""

    seen: list[Request] = field(default_factory=list)
    broken_off: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 200 once the whole request is here."""
        request = Request(scope, receive)
        self.seen.append(request)
        try:
            await request.body()
        except ClientDisconnect:
            self.broken_off.set()
            return
        await _answer(scope, receive, send)


_answer = SecurityHeaders(PlainTextResponse("here"), strict_transport=True)


@dataclass(kw_only=True)
class Edge:
    """A running edge: where it listens, what is behind it, and what it wrote."""

    http_port: int
    https_port: int
    upstream: Upstream
    log: Path

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect without TLS."""
        return await asyncio.open_connection("127.0.0.1", self.http_port)


@asynccontextmanager
async def running_edge(
    folder: Path, url: str, http_port: int | None = None, /, **settings: str
) -> AsyncIterator[Edge]:
    """Start the edge for the site ``url`` with Compose's command and environment.

    Behind it is an upstream of its own, unless the settings name another.
    """
    upstream = Upstream()
    port, https_port = free_ports(2)
    http_port = http_port or port
    edge = Edge(
        http_port=http_port, https_port=https_port, upstream=upstream, log=folder / "edge.log"
    )
    service = SERVICES["edge"]
    command = [word.replace("/etc/caddy", str(ROOT / "deploy/edge")) for word in service["command"]]
    async with served(upstream) as address:
        given = {
            **environment_of(service, {"PUBLIC_BASE_URL": url}),
            "EDGE_UPSTREAM": address.removeprefix("http://"),
            "EDGE_HTTP_PORT": str(http_port),
            "EDGE_HTTPS_PORT": str(https_port),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **settings,
        }
        with edge.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, env=given, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            await _listens(edge, process)
            yield edge
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _listens(edge: Edge, process: asyncio.subprocess.Process) -> None:
    """Wait until the port is open; a Caddy that has ended says why in its log."""
    async with asyncio.timeout(600):
        while process.returncode is None:
            try:
                _, writer = await edge.open()
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
    raise AssertionError(edge.log.read_text())
