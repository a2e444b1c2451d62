"""Two APIs, each with an outbox of its own, and two workers share our tables."""

from dataclasses import replace

import httpx

from demo.layout import free_ports
from tests.faults.parts import API, WORKER
from tests.faults.scenarios.trouble import Trouble

SECOND = {API: "second API", WORKER: "second worker"}
TURNS = (API, WORKER, API, WORKER, API)


async def pairs_killed(trouble: Trouble) -> None:
    """Kill both of a kind at once, at instants drawn by lot, while people use either API."""
    await _start_seconds(trouble)
    turns = list(TURNS)
    trouble.lot.shuffle(turns)
    for kind in turns:
        await trouble.pause(0.5, 4)
        both = [kind, SECOND[kind]]
        trouble.lot.shuffle(both)
        for name in both:
            await trouble.parts.kill(name)
        await trouble.pause(0.1, 1)
        for name in both:
            await trouble.parts.start(name)


async def _start_seconds(trouble: Trouble) -> None:
    parts = trouble.parts
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    env = {"API_PORT": str(port), "OUTBOX_PATH": str(trouble.folder / "second" / "outbox.sqlite")}

    async def api_answers() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(f"{address}/readyz")).is_success
        except httpx.TransportError:
            return False

    async def worker_is_up() -> bool:
        return "ready" in parts.log(SECOND[WORKER])

    api = parts.process(API)
    parts.add(replace(api, name=SECOND[API], env={**api.env, **env}, ready=api_answers))
    parts.add(replace(parts.process(WORKER), name=SECOND[WORKER], ready=worker_is_up))
    for name in SECOND.values():
        await parts.start(name)
    trouble.apis.append(address)
