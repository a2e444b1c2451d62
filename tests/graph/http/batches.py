"""Reads that are made at once, and the answers to a batch of them."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from domain.correlation import correlation_id
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from tests.graph.http.peer import Answer, Asked

PURPOSE = Purpose(doing="count the sheep", grant="Sheep.Read.All", absent="There are no sheep.")
WORK = "2b0c8f1e-0000-4000-8000-00000000c0de"


@contextmanager
def of_work(work: str = WORK) -> Iterator[None]:
    """Let calls be of one piece of work."""
    reset = correlation_id.set(work)
    try:
        yield
    finally:
        correlation_id.reset(reset)


async def together(*calls: Coroutine[Any, Any, Any]) -> list[Any]:
    """Make calls at once, and return their results and failures."""
    with of_work(correlation_id.get() or WORK):
        return await asyncio.gather(*calls, return_exceptions=True)


def sheep(client: GraphClient, *names: str) -> list[Coroutine[Any, Any, Any]]:
    """Return a call for each name."""
    return [client.get(f"/sheep/{name}", PURPOSE, params={"$select": "id"}) for name in names]


def batch(*parts: dict[str, Any] | None) -> Answer:
    """Return the answer to a batch: its parts in another order, None for one that is missing."""
    shown = [{"id": str(number)} | part for number, part in enumerate(parts, start=1) if part]
    return Answer(body={"responses": shown[::-1]}, headers={"request-id": "r-17"})


def part(name: str, **more: Any) -> dict[str, Any]:
    """Return the answer to a part about a sheep."""
    return {"status": 200, "headers": {}, "body": {"id": name}} | more


def urls(asked: Asked) -> Sequence[str]:
    """Return what the parts of a batch ask for."""
    return [one["url"] for one in asked.json()["requests"]]
