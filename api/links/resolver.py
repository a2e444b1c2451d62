"""Whose are links? One indexed read of our tables for all of a group, with three answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import structlog
from temporalio.client import Client

from api.circuit_breaker import CircuitBreaker
from api.links.high_water import HighWaterMark
from database.engine import Database
from database.enrolments.link_owners import AskedLink, LinkOwners, LinkRuns, has_own_token
from database.schema_version import check
from domain.tables.people import LinkOwner
from domain.tracking_token import candidate_object_ids, candidates_of_all

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

PATIENCE = timedelta(seconds=1)
"""How long somebody waits for the database."""

PAUSE = timedelta(seconds=1)
"""How long a database that failed is left alone, so that nobody waits for it in vain."""


@dataclass(frozen=True, slots=True)
class KnownLink:
    """The link is known to be this person's, or that of a row on the tracking list."""

    owner: LinkOwner


@dataclass(frozen=True, slots=True)
class UnknownLink:
    """The tables are complete, and the link is in none of them."""


@dataclass(frozen=True, slots=True)
class LookupUnavailable:
    """The tables can't answer at the moment: the link may be a person's."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The link isn't in the tables, whose high-water mark this is; nobody has judged that yet."""

    mark: int


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """By token, the runs of links that are somebody's, and what is known of all the others.

    The link of an older system is of no run.
    """

    runs: Mapping[str, str | None]
    others: Miss | LookupUnavailable


Resolution = KnownLink | UnknownLink | LookupUnavailable
Found = KnownLink | Miss | LookupUnavailable
_UNAVAILABLE = LookupUnavailable()


class LinkResolver:
    """Asks our tables, read-only, and judges whether a miss means anything.

    The answer is ``UnknownLink`` only while the tables are marked complete and aren't older than
    the high-water mark that the control workflow keeps. Without a database, and while it is away,
    empty, restored or older than this program, it is ``LookupUnavailable``.
    """

    def __init__(
        self,
        *,
        database: Database | None,
        client: Client,
        token_keys: Sequence[bytes],
        breaker: CircuitBreaker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the database, Temporal's client and the ring of keys, the newest key first."""
        self._database = database
        self._owners = LinkOwners(database) if database is not None else None
        self._keys = token_keys
        self._high_water = HighWaterMark(client, breaker, clock=clock)
        self._clock = clock
        self._file: tuple[int, int] | None = None
        self._checked = False
        self._failing = False
        self._failed_at: float | None = None

    async def resolve(self, token: str) -> Resolution:
        """Say whose a well-formed token is; never raises, and never calls Temporal per token."""
        found = await self.find(token)
        return await self.judge(found) if isinstance(found, Miss) else found

    async def find(self, token: str) -> Found:
        """Look a well-formed token up, in one read; never raises, and never calls Temporal."""

        async def ask(owners: LinkOwners) -> list[LinkOwner]:
            asked = AskedLink(candidate_object_ids(token, self._keys), token)
            return await owners.find([asked])

        found = await self._read(ask)
        return _UNAVAILABLE if found is None else _found(found[0])

    async def find_runs(self, tokens: Sequence[str]) -> FoundRuns | None:
        """Look well-formed tokens up, in one read; never raises, and never calls Temporal.

        Returns:
            None while the tables can't be read.
        """
        if self._database is None:
            return FoundRuns({}, _UNAVAILABLE)

        async def ask(owners: LinkOwners) -> LinkRuns:
            return await owners.find_runs(tokens, candidates_of_all(tokens, self._keys))

        found = await self._read(ask)
        if found is None:
            return None
        return FoundRuns(found.runs, _UNAVAILABLE if found.mark is None else Miss(found.mark))

    async def judge(self, miss: Miss) -> Resolution:
        """Say whether a token that isn't in the tables is nobody's; may read the mark at Temporal.

        The tables count only while they come up to the mark that is kept apart.
        """
        kept = await self._high_water.current()
        return UnknownLink() if kept is not None and miss.mark >= kept else _UNAVAILABLE

    async def close(self) -> None:
        """Close the connection that links are asked about on."""
        await self._high_water.close()
        if self._owners is not None:
            await self._owners.close()

    async def has_own_token(self, object_id: str) -> bool:
        """Say whether the tables know that somebody's links are of our own making; never raises."""
        if self._database is None or self._is_left_alone():
            return False
        try:
            async with (
                asyncio.timeout(PATIENCE.total_seconds()),
                self._database.reading() as tables,
            ):
                return await has_own_token(tables, object_id)
        except Exception as error:  # noqa: BLE001 - whatever it is: the tables don't answer
            self._note_failure(error)
            return False

    async def _read(self, ask: Callable[[LinkOwners], Awaitable[Answer]]) -> Answer | None:
        database, owners = self._database, self._owners
        if database is None or owners is None or self._is_left_alone():
            return None
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._check(database, owners)
                found = await ask(owners)
        except Exception as error:  # noqa: BLE001 - whatever it is: the tables don't answer
            self._note_failure(error)
            return None
        if self._failing:
            self._failing = False
            log.info("database can be read again")
        return found

    async def _check(self, database: Database, owners: LinkOwners) -> None:
        if await self._was_replaced(database):
            await owners.close()
            await database.close()
            self._checked = False
        if not self._checked:
            await check(database)
            self._checked = True

    async def _was_replaced(self, database: Database) -> bool:
        """Say whether the embedded database is another file than the one that is open.

        A file that is restored in place of another leaves the open one as it was. A file that isn't
        there is never made: only migrations make it.

        Raises:
            FileNotFoundError: there is none.
        """
        if not database.is_sqlite or not database.url.database:
            return False
        status = Path(database.url.database).stat()  # noqa: ASYNC240 - a local disk, microseconds
        file, self._file = self._file, (status.st_dev, status.st_ino)
        return file is not None and file != self._file

    def _is_left_alone(self) -> bool:
        failed_at = self._failed_at
        return failed_at is not None and self._clock() - failed_at < PAUSE.total_seconds()

    def _note_failure(self, error: Exception) -> None:
        self._failed_at = self._clock()
        self._checked = False
        if not self._failing:
            self._failing = True
            # Not with the exception: its message may quote the token.
            log.error("database can't be read", error=type(error).__name__)


def _found(owner: LinkOwner) -> Found:
    if owner.is_known:
        return KnownLink(owner)
    return Miss(owner.high_water) if owner.is_unknown else _UNAVAILABLE
