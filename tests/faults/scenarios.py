"""What goes wrong while the rollout runs; each ends with everything running again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.database.own_cluster import OwnCluster
from tests.faults.parts import API, TEMPORAL, WORKER, Parts
from tests.support.slow_core import slow_core

DATABASE = "PostgreSQL"
# Every form in which Microsoft and what stands before it ask to wait, a bad one included.
RETRY_AFTER: tuple[dict[str, Any], ...] = (
    {"retry_after": "1"},
    {"retry_after": "0.5"},
    {"retry_after_date": 2},
    {"retry_after": "soon"},
    {"retry_after": "-1"},
    {},
)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What a scenario has at hand; ``scale`` makes its waits longer, as a rollout is larger."""

    parts: Parts
    control: httpx.AsyncClient
    lot: random.Random
    postgresql: OwnCluster | None
    scale: float

    async def fault(self, **fault: Any) -> None:
        """Make calls of the tenant go wrong."""
        (await self.control.post("/control/faults", json=fault)).raise_for_status()

    async def no_faults(self) -> None:
        """Let all calls go well again."""
        (await self.control.delete("/control/faults")).raise_for_status()

    async def pause(self, least: float, most: float) -> None:
        """Wait for a while that the lot decides, in seconds before they are scaled."""
        await asyncio.sleep(self.lot.uniform(least, most) * self.scale)


async def kills(trouble: Trouble) -> None:
    """Kill worker, API, Temporal and PostgreSQL, in turn, at instants drawn by lot."""
    victims = [WORKER, API, TEMPORAL, WORKER, *([DATABASE] if trouble.postgresql else [])]
    trouble.lot.shuffle(victims)
    for victim in victims:
        await trouble.pause(0.5, 4)
        if victim == DATABASE and trouble.postgresql is not None:
            await trouble.postgresql.kill()
            await trouble.pause(0.5, 2)
            await trouble.postgresql.start()
            continue
        await trouble.parts.kill(victim)
        await trouble.pause(0.1, 1)
        await trouble.parts.start(victim)


async def storm(trouble: Trouble) -> None:
    """Answer a good part of all calls with 429, 503 and 504, with each form of Retry-After."""
    for turn in range(4):
        for status in (429, 503, 504):
            for form in RETRY_AFTER:
                skip = trouble.lot.randrange(6)
                await trouble.fault(path="/v1.0/", status=status, times=2, skip=skip, **form)
        await trouble.pause(1, 2)
        if turn == 1:
            await trouble.fault(path="/send$", method="POST", status=503, times=2, after_write=True)
    await trouble.no_faults()


async def says_otherwise(trouble: Trouble) -> None:
    """Let writes succeed whose answer says that they failed."""
    for _ in range(3):
        for path in ("/messages$", "/send$", "/members/", "/items"):
            await trouble.fault(
                method="POST", path=path, status=504, times=2, after_write=True, html=True
            )
        await trouble.fault(method="PATCH", path="/items", status=500, times=2, after_write=True)
        await trouble.pause(1, 3)
    await trouble.no_faults()


async def sharepoint_away(trouble: Trouble) -> None:
    """Answer every call of the list with 503 for a long while."""
    await trouble.fault(path="/sites/", status=503, times=None)
    await trouble.pause(8, 10)
    await trouble.no_faults()


async def tokens_away(trouble: Trouble) -> None:
    """Give out no tokens, and refuse those that are out, so that new ones are needed."""
    await trouble.fault(path="/oauth2/", status=503, times=None)
    await trouble.fault(path="/v1.0/", status=401, code="InvalidAuthenticationToken", times=20)
    await trouble.pause(5, 6)
    await trouble.no_faults()


async def temporal_away(trouble: Trouble) -> None:
    """Have no Temporal server for a while, in which people go on clicking."""
    await trouble.pause(2, 4)
    await trouble.parts.kill(TEMPORAL)
    await trouble.pause(8, 10)
    await trouble.parts.start(TEMPORAL)


async def tenth_of_a_core(trouble: Trouble) -> None:
    """Give the worker a tenth of a core for a while."""
    async with slow_core(trouble.parts.pid(WORKER), share=0.1):
        await trouble.pause(10, 12)


SCENARIOS: dict[str, Callable[[Trouble], Awaitable[None]]] = {
    scenario.__name__.replace("_", "-"): scenario
    for scenario in (
        kills,
        storm,
        says_otherwise,
        sharepoint_away,
        tokens_away,
        temporal_away,
        tenth_of_a_core,
    )
}
