"""The traces of erased people: enough to refuse late writes, too little to tell who they were."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import state
from database.upsert import insert_if_absent, insert_or_replace

PREFIX = "erased:"
KEY = "key of tombstones"
_KEY_BYTES = 32
_READ = select(state.c.name, state.c.value).where(
    state.c.name.in_(bindparam("names", expanding=True))
)


class Tombstones:
    """The erased people and the revision up to which nothing about them is written.

    ObjectIds are hashed under a random key that is made with the first tombstone and is kept beside
    it: no key of the settings can be dropped with them, and a backup has both or neither.
    """

    def __init__(self) -> None:
        """Begin without the key, which the tables tell."""
        self._key: bytes | None = None

    async def lock(self, connection: AsyncConnection, object_ids: Collection[str]) -> None:
        """Let one transaction at a time write or erase these people; SQLite has one writer anyway.

        The order is the same for all, so that two transactions never wait for each other.
        """
        if connection.dialect.name == "postgresql":
            keys = sorted(
                int.from_bytes(UUID(object_id).bytes[:8], signed=True) for object_id in object_ids
            )
            locks = func.unnest(literal(keys, ARRAY(BigInteger))).column_valued("lock")
            await connection.execute(select(func.pg_advisory_xact_lock(locks)))

    async def read(
        self, connection: AsyncConnection, object_ids: Collection[str]
    ) -> dict[str, int]:
        """Return the revisions up to which erased people among these stay erased."""
        while True:
            key = self._key
            names = {_name(key, object_id): object_id for object_id in object_ids} if key else {}
            rows = await connection.execute(_READ, {"names": [KEY, *names]})
            found = {row.name: row.value for row in rows}
            # The key comes with the answer, so that a database that was replaced is noticed.
            told = found.pop(KEY, None)
            self._key = bytes.fromhex(told) if told else None
            if self._key is None:
                return {}
            if self._key == key:
                return {names[name]: value for name, value in found.items()}

    async def put(
        self, connection: AsyncConnection, object_id: str, revision: int, now: datetime
    ) -> None:
        """Refuse everything about a person up to this revision."""
        new = {"name": KEY, "value": secrets.token_hex(_KEY_BYTES), "at": now}
        await connection.execute(insert_if_absent(connection.dialect.name, state), new)
        key = await connection.scalar(select(state.c.value).where(state.c.name == KEY))
        name = _name(bytes.fromhex(str(key)), object_id)
        values = {"name": name, "value": revision, "at": now}
        await connection.execute(insert_or_replace(connection.dialect.name, state), values)


def _name(key: bytes, object_id: str) -> str:
    return PREFIX + hmac.digest(key, UUID(object_id).bytes, hashlib.sha256).hex()
