"""Processes are killed, away, or slow."""

from tests.faults.parts import API, TEMPORAL, WORKER
from tests.faults.scenarios.trouble import Trouble
from tests.support.slow_core import slow_core

DATABASE = "PostgreSQL"


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
