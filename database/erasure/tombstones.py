"""The traces of erased people: enough to refuse late writes, too little to tell who they were."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import state
from database.upsert import insert_or_replace

PREFIX = "erased:"
_READ = select(state.c.name, state.c.value).where(
    state.c.name.in_(bindparam("names", expanding=True))
)
_LOCKS = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("lock")
_LOCK = select(func.pg_advisory_xact_lock(_LOCKS))


class Tombstones:
    """The erased people and the revision up to which nothing about them is written."""

    def __init__(self, key: bytes) -> None:
        """Hash ObjectIds under this key, without which the tombstones name nobody."""
        self._key = key

    async def lock(self, connection: AsyncConnection, object_ids: Collection[str]) -> None:
        """Let one transaction at a time write or erase these people; SQLite has one writer anyway.

        The order is the same for all, so that two transactions never wait for each other.
        """
        if connection.dialect.name == "postgresql":
            keys = sorted(
                int.from_bytes(UUID(object_id).bytes[:8], signed=True) for object_id in object_ids
            )
            await connection.execute(_LOCK, {"keys": keys})

    async def read(
        self, connection: AsyncConnection, object_ids: Collection[str]
    ) -> dict[str, int]:
        """Return the revisions up to which erased people among these stay erased."""
        names = self.names(object_ids)
        found = await connection.execute(_READ, {"names": list(names)})
        return {names[name]: value for name, value in found}

    def names(self, object_ids: Collection[str]) -> dict[str, str]:
        """Return these people by the names under which their tombstones stand in ``state``."""
        return {self._name(object_id): object_id for object_id in object_ids}

    async def put(
        self, connection: AsyncConnection, object_id: str, revision: int, now: datetime
    ) -> None:
        """Refuse everything about a person up to this revision."""
        values = {"name": self._name(object_id), "value": revision, "at": now}
        await connection.execute(insert_or_replace(connection.dialect.name, state), values)

    def _name(self, object_id: str) -> str:
        digest = hmac.digest(self._key, UUID(object_id).bytes, hashlib.sha256)
        return PREFIX + digest.hex()
