"""Serves a process's metrics to Prometheus, on a port that only Prometheus is to reach."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from prometheus_client import REGISTRY, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from telemetry.sdk_metrics import SdkMetrics, measure_sdk

Source = Callable[[], Awaitable[Iterable[Metric]]]
"""What is read at each scrape, such as our tables; a source answers even where it can't read."""

PATH = "/metrics"

# When each counter began is told twice otherwise: Prometheus keeps the time of its first sample.
disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPort:
    """An open port, and what Temporal's SDK measures in this process."""

    listener: socket.socket
    sdk: SdkMetrics


def open_metrics_port(host: str, port: int) -> MetricsPort:
    """Listen for Prometheus, and measure Temporal's SDK from now on.

    Raises:
        OSError: the port is taken, or the address isn't this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    return MetricsPort(listener=listener, sdk=measure_sdk())


@asynccontextmanager
async def serving_metrics(port: MetricsPort | None, *sources: Source) -> AsyncIterator[None]:
    """Answer Prometheus until the block ends; without a port nothing is served."""
    if port is None:
        yield
        return
    app = metrics_app(port.sdk, sources)
    config = uvicorn.Config(
        app, access_log=False, log_config=None, server_header=False, proxy_headers=False
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[port.listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def metrics_app(sdk: SdkMetrics | None, sources: Sequence[Source]) -> Starlette:
    """Return the application with the one page that Prometheus reads."""

    async def metrics(_: Request) -> Response:
        families = [family for read in await _all_of(sources) for family in read]
        text = generate_latest(REGISTRY) + generate_latest(_Read(families))
        if sdk is not None:
            text += await sdk.text()
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Starlette(routes=[Route(PATH, metrics)])


async def _all_of(sources: Sequence[Source]) -> list[Iterable[Metric]]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_read(source)) for source in sources]
    return [task.result() for task in tasks]


async def _read(source: Source) -> Iterable[Metric]:
    return await source()


class _Read(CollectorRegistry):
    """What was read for one scrape, in the form that the library writes."""

    def __init__(self, families: Sequence[Metric]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


class _Server(uvicorn.Server):
    """A server that is stopped by whoever started it, and leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
