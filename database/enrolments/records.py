"""The people's tables as activities are given them: each call is a transaction of its own."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from database.engine import Database
from database.enrolments import known, mirrored
from database.enrolments.mirrored import MirroredRow
from database.enrolments.record import record, record_all
from database.erasure import erase as erasure
from database.erasure import retention
from database.erasure.tombstones import Tombstones
from domain.records.enrolment import EnrolmentChange, EnrolmentRecord, WriteOutcome
from domain.records.people import KnownPerson
from domain.records.story import StoryEvent

_AT_ONCE = 1000


class EnrolmentRecords:
    """People's rows and stories. Every method may be repeated.

    Raises:
        DatabaseUnavailable: from every method, when the database can't be used now.
    """

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        """Use this database; nothing is written about whom the tombstones name."""
        self._database = database
        self._tombstones = tombstones

    async def write(self, row: EnrolmentRecord, events: Sequence[StoryEvent]) -> WriteOutcome:
        """Write a person's row and new events; the same call any number of times is one write."""
        async with self._database.writing() as connection:
            return await record(connection, row, events, tombstones=self._tombstones)

    async def write_all(self, changes: Sequence[EnrolmentChange]) -> list[WriteOutcome]:
        """Write many people, each once, in one transaction."""
        async with self._database.writing() as connection:
            return await record_all(connection, changes, tombstones=self._tombstones)

    async def known(self, object_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """Return those of many people who are in the tables, by their ObjectIds."""
        async with self._database.reading() as connection:
            return await known.read_known(connection, object_ids)

    async def mirrored(self) -> AsyncIterator[list[MirroredRow]]:
        """Yield what was last written to the list, many people at a time."""
        after = None
        while True:
            async with self._database.reading() as connection:
                rows = await mirrored.read_mirrored(connection, after=after, limit=_AT_ONCE)
            if not rows:
                return
            yield rows
            after = rows[-1].object_id

    async def strip_ended(self, *, before: datetime, now: datetime) -> int:
        """Strip everybody who ended before then, some at a time, and return how many."""
        total = 0
        while True:
            async with self._database.writing() as connection:
                stripped = await retention.strip_ended(connection, before=before, now=now)
            total += stripped
            if not stripped:
                return total

    async def erase(self, object_id: str, *, now: datetime) -> dict[str, int]:
        """Erase a person whose workflow has ended; return how many rows of each table are gone."""
        async with self._database.writing() as connection:
            return await erasure.erase(connection, object_id, now=now, tombstones=self._tombstones)


def tombstones_of(token_keys: Sequence[bytes]) -> Tombstones:
    """Return the tombstones whose key is made of the oldest key of tracking tokens."""
    return Tombstones(hmac.digest(token_keys[-1], b"mfa-rollout tombstones", hashlib.sha256))
