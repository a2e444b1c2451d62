"""What a scenario is, what it needs before the rollout begins, and what it has at hand."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from demo.layout import Layout
from temporal.connect import connect
from tests.database.own_cluster import OwnCluster
from tests.faults.arrangement import Arrangement
from tests.faults.parts import Parts
from tests.faults.people import SomePerson
from tests.support.eventually import eventually

# How long a scenario waits for what has to happen, on a machine that does everything slowly.
PATIENCE_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What a scenario has at hand.

    Attributes:
        scale: makes waits longer, as a rollout is larger.
        apis: where people reach an API; links lead to the first.
        people_act: is set while people may do something with their mails.
        wrong: what the scenario itself has found, a sentence each.
        told: what the lot has drawn, as far as a reader wants to know it.
    """

    folder: Path
    layout: Layout
    apis: list[str]
    arrangement: Arrangement
    parts: Parts
    control: httpx.AsyncClient
    people: Sequence[SomePerson]
    lot: random.Random
    postgresql: OwnCluster | None
    scale: float
    people_act: asyncio.Event = field(default_factory=asyncio.Event)
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def fault(self, **fault: Any) -> None:
        """Make calls of the tenant go wrong."""
        (await self.control.post("/control/faults", json=fault)).raise_for_status()

    async def no_faults(self) -> None:
        """Let all calls go well again."""
        (await self.control.delete("/control/faults")).raise_for_status()

    async def pause(self, least: float, most: float) -> None:
        """Wait for a while that the lot decides, in seconds before they are scaled."""
        await asyncio.sleep(self.lot.uniform(least, most) * self.scale)

    def expect(self, right: object, otherwise: str) -> None:
        """Note a sentence unless something is as it should be."""
        if not right:
            self.wrong.append(otherwise)

    async def verb(self, *arguments: str, launcher: Sequence[str] = ()) -> tuple[int, str]:
        """Run a verb of the command line; return its status and what it printed."""
        return await self.parts.verb(*arguments, launcher=launcher)

    async def come_round(self, schedule_id: str) -> None:
        """Let what comes round by itself come now, and end."""
        handle = (await connect(self.layout.temporal)).get_schedule_handle(schedule_id)
        before = (await handle.describe()).info.num_actions
        await handle.trigger()

        async def has_ended() -> bool:
            info = (await handle.describe()).info
            return info.num_actions > before and not info.running_actions

        await eventually(has_ended, seconds=PATIENCE_SECONDS)

    async def everybody_has_acted(self) -> None:
        """Wait until everybody has done with their mail what they do."""
        await eventually(lambda: all(one.done for one in self.people), seconds=PATIENCE_SECONDS)

    async def invited(self, share: float = 1.0) -> None:
        """Wait until the list says of so many that their mail has left."""
        await self.on_the_list("InviteSentDate", share * len(self.people))

    async def on_the_list(self, column: str, least: float) -> None:
        """Wait until so many rows of these people have something in a column."""
        addresses = {one.upn for one in self.people}

        async def are_there() -> bool:
            items = (await self.control.get("/control/items")).json()["value"]
            ours = [one for one in items if one["Title"].casefold() in addresses]
            return sum(bool(one.get(column)) for one in ours) >= least

        await eventually(are_there, seconds=PATIENCE_SECONDS)


@contextmanager
def as_ever(folder: Path) -> Iterator[Arrangement]:
    """Start everything as ever."""
    yield Arrangement()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What goes wrong, and how everything is started before.

    Attributes:
        run: lets it go wrong; ends with everything running again.
        arranged: gives the arrangement, and takes away what it needed.
        people_wait: whether people do nothing with their mails before the scenario lets them.
        loses_mail_rows: whether our log of mails may lack those of its people at the end.
    """

    run: Callable[[Trouble], Awaitable[None]]
    arranged: Callable[[Path], AbstractContextManager[Arrangement]] = as_ever
    people_wait: bool = False
    loses_mail_rows: bool = False
