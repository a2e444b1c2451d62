"""The traces of erased people: enough to refuse late writes, too little to tell who they were."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import state
from database.upsert import insert_if_absent, insert_or_replace

PREFIX = "erased:"
KEY = "key of tombstones"
_KEY_BYTES = 32
_LOCKS = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("lock")
_LOCK = select(func.pg_advisory_xact_lock(_LOCKS))
_OF_ONE = state.c.name.in_([bindparam("key"), bindparam("name")])
_OF_MANY = state.c.name.in_(bindparam("names", expanding=True))


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
            await connection.execute(_LOCK, {"keys": keys})

    async def read(
        self, connection: AsyncConnection, object_ids: Collection[str]
    ) -> dict[str, int]:
        """Return the revisions up to which erased people among these stay erased."""
        return (await self.read_beside(connection, object_ids, true()))[0]

    async def read_beside(
        self,
        connection: AsyncConnection,
        object_ids: Collection[str],
        question: ColumnElement[bool],
    ) -> tuple[dict[str, int], bool]:
        """Return the same, and the answer to a question that would need a round trip of its own."""
        while True:
            key = self._key
            names = {_name(key, object_id): object_id for object_id in object_ids} if key else {}
            query, given = _reading(question, tuple(names))
            rows = (await connection.execute(query, given)).all()
            found = {row.name: row.value for row in rows if row.name is not None}
            # The key comes with the answer, so that a database that was replaced is noticed.
            told = found.pop(KEY, None)
            self._key = bytes.fromhex(told) if told else None
            if self._key in {None, key}:
                erased = {names[name]: value for name, value in found.items()}
                return erased if self._key else {}, bool(rows[0].answer)

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


def _reading(
    question: ColumnElement[bool], names: Sequence[str]
) -> tuple[Select[Any], dict[str, object]]:
    """Return the query for these rows of ``state`` and for the key, and its parameters."""
    if len(names) > 1:
        return _query(question, is_of_one=False), {"names": [KEY, *names]}
    return _query(question, is_of_one=True), {"key": KEY, "name": names[0] if names else KEY}


@cache
def _query(question: ColumnElement[bool], *, is_of_one: bool) -> Select[Any]:
    always = select(literal(1).label("one")).subquery()
    mine = _OF_ONE if is_of_one else _OF_MANY
    answered = select(question.label("answer"), state.c.name, state.c.value)
    return answered.select_from(always.outerjoin(state, mine))
