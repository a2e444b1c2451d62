"""What keeps opens, beside tables, and without delivery."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client

from api.circuit_breaker import breaker_of
from api.limits.client_address import ClientAddresses
from api.limits.rate_limits import Limits
from api.links.resolver import LinkResolver
from api.opens.clients import OpenClients
from api.opens.journal import OpenJournal
from api.opens.keeper import OpenKeeper
from api.opens.sorter import OpenSorter
from api.outbox.hit_counters import HitCounters
from api.outbox.outbox import CAPACITY, Outbox
from database.engine import Database
from domain.tracking_token import tracking_token
from tests.api.links.tables import complete
from tests.api.running import KEY, lazy_client
from tests.database.values import object_id, person, put
from tests.support.eventually import eventually

SCOPE = {"type": "http", "headers": [], "client": ("192.0.2.7", 1234)}
OTHER = {**SCOPE, "client": ("198.51.100.1", 1)}


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeps opens, and where they end."""

    opens: OpenKeeper
    outbox: Outbox
    folder: Path

    async def open(self, *tokens: str) -> None:
        """Show the images of mails at the same time, and wait until their opens are durable."""
        answers = [self.opens.keep(token, SCOPE) for token in tokens]
        await asyncio.gather(*(answer for answer in answers if answer is not None))

    async def sorted(self) -> None:
        """Wait until none is in the journal alone."""
        await eventually(lambda: not self.outbox.opens_in_journal)

    def rows(self) -> list[str]:
        """Return the tokens in the outbox's file."""
        with contextlib.closing(sqlite3.connect(self.folder / "outbox.sqlite")) as file:
            return [row[0] for row in file.execute("SELECT subject FROM held ORDER BY id")]

    def files(self) -> list[str]:
        """Return the journal's files."""
        return sorted(one.name for one in self.folder.glob("outbox.sqlite-opens.*"))


@contextlib.asynccontextmanager
async def keeping(
    client: Client,
    database: Database,
    folder: Path,
    *,
    counters: HitCounters | None = None,
    capacity: int = CAPACITY,
) -> AsyncIterator[Keeping]:
    """Run what keeps opens, and no delivery beside it."""
    path, counters = folder / "outbox.sqlite", counters or HitCounters()
    outbox, journal = Outbox(path, capacity=capacity), OpenJournal(path)
    outbox.start()
    breaker = breaker_of(client)
    resolver = LinkResolver(database=database, client=client, token_keys=(KEY,), breaker=breaker)
    clients = OpenClients(Limits(), ClientAddresses(()))
    sorter = OpenSorter(
        resolver=resolver, journal=journal, outbox=outbox, clients=clients, counters=counters
    )
    opens = OpenKeeper(
        journal=journal,
        sorter=sorter,
        recent=outbox.recent_opens,
        clients=clients,
        counters=counters,
    )
    opens.start()
    yield Keeping(opens, outbox, folder)
    await opens.close()
    await outbox.close()
    await resolver.close()
    await breaker.close()


async def invited(database: Database, number: int, **values: Any) -> list[str]:
    """Put so many people into complete tables, and return their tokens."""
    for one in range(number):
        await put(database, person(one, **values))
    await complete(database)
    return [tracking_token(object_id(one), KEY) for one in range(number)]


async def away() -> Client:
    """Return a client of a Temporal that can't be reached."""
    return await lazy_client("127.0.0.1:1")
