"""Whose are these links? One statement for all that are asked about together."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.rollout.marks import COMPLETE, HIGH_WATER, OLDER_TOKENS
from database.schema import enrolment
from database.sqlite.driver import WholeConnection
from database.sqlite.engines import reading_connection
from domain.instants import EPOCH, MICROSECOND
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.people import LinkOwner

_PERSON, _TOKEN, _MARK = "person", "token", "mark"

# As plain text, and not made of SQLAlchemy's parts: every link that is followed asks this.
# A click waits no more once the row tells of it, and not for an invitation that left since.
_WHOSE = f"""
SELECT '{_PERSON}', CAST(object_id AS text), status, ended, language, invite_sent_at,
    (
        SELECT at FROM held_click WHERE held_click.object_id = enrolment.object_id
        AND at > COALESCE(clicked_at, 0) AND at > COALESCE(invite_sent_at, 0)
    )
FROM enrolment WHERE object_id {{ids}}
UNION ALL
SELECT '{_TOKEN}', CAST(token AS text), CAST(object_id AS text), item_id, CAST(NULL AS text),
    NULL, NULL
FROM older_token WHERE token {{tokens}}
UNION ALL
SELECT '{_MARK}', name, CAST(value AS text), CAST(NULL AS text), CAST(NULL AS text), NULL, NULL
FROM state WHERE name IN ('{COMPLETE}', '{HIGH_WATER}', '{OLDER_TOKENS}')
"""  # noqa: S608 - of our own words
# For opens, of which there are many more: whether the link is anybody's, and of which run.
_RUNS = f"""
SELECT '{_PERSON}', CAST(object_id AS text), CAST(run_id AS text) FROM {{ids}}
UNION ALL
SELECT '{_TOKEN}', CAST(token AS text), CAST(NULL AS text) FROM {{tokens}}
UNION ALL
SELECT '{_MARK}', name, CAST(value AS text)
FROM state WHERE name IN ('{COMPLETE}', '{HIGH_WATER}', '{OLDER_TOKENS}')
"""  # noqa: S608 - of our own words
_AMONG = "IN (SELECT value FROM json_each(?))"
OF_SQLITE = _WHOSE.format(ids=_AMONG, tokens=_AMONG)
_ANY_OF = {"ids": "= ANY($1::uuid[])", "tokens": "= ANY($2::uuid[])"}
OF_POSTGRESQL = _WHOSE.format(**_ANY_OF)
# So SQLite looks one after the other up by the index; IN would sort them all before.
RUNS_OF_SQLITE = _RUNS.format(
    ids="json_each(?) CROSS JOIN enrolment ON object_id = value",
    tokens="json_each(?) CROSS JOIN older_token ON token = value",
)
_RUNS_OF_POSTGRESQL = _RUNS.format(
    ids="enrolment WHERE object_id = ANY($1::uuid[])",
    tokens="older_token WHERE token = ANY($2::uuid[])",
)

_Row = Sequence[Any]


class AskedLink(NamedTuple):
    """A link: what its token may mean, one ObjectId for each key of the ring, and the token.

    The token itself may be an older system's.
    """

    object_ids: Sequence[str]
    token: str | None


class LinkRuns(NamedTuple):
    """The runs of links that are somebody's, by token; an older system's link is of none.

    ``mark`` is the high-water mark of the tables, None where they can't rule anybody out.
    """

    runs: Mapping[str, str | None]
    mark: int | None


async def find_link_owners(
    connection: AsyncConnection, asked: Sequence[AskedLink]
) -> list[LinkOwner]:
    """Say in one read whose links these are, in their order.

    A link that isn't found is only nobody's while the tables are complete: not in a new database.
    Whoever asks compares the high-water mark of the answer with the one that is kept apart, since a
    database that was restored is older.
    """
    if connection.dialect.name == "sqlite":
        found = await connection.exec_driver_sql(OF_SQLITE, _values_of_sqlite(asked))
    else:
        found = await connection.exec_driver_sql(OF_POSTGRESQL, _values_of_postgresql(asked))
    return _owners(asked, found.all())


class LinkOwners:
    """Asks whose links are, many times a second.

    The embedded database is asked on a connection that stays open for this alone, without a
    transaction around the one statement.
    """

    def __init__(self, database: Database) -> None:
        """Read this database; nothing is opened before the first use."""
        self._database = database
        self._sqlite: WholeConnection | None = None
        self._opening = asyncio.Lock()

    async def find(self, asked: Sequence[AskedLink]) -> list[LinkOwner]:
        """Say in one read whose links these are, in their order.

        Raises:
            DatabaseUnavailable: PostgreSQL can't be read.
            sqlite3.Error: the embedded database can't be read.
        """
        if not self._database.is_sqlite:
            async with self._database.reading() as connection:
                return await find_link_owners(connection, asked)
        cursor = (await self._opened()).cursor()
        await cursor.execute(OF_SQLITE, _values_of_sqlite(asked))
        return _owners(asked, await cursor.fetchall())

    async def find_runs(
        self, tokens: Sequence[str], object_ids: Sequence[Sequence[str]]
    ) -> LinkRuns:
        """Say in one read which links are somebody's, and of which run.

        Args:
            tokens: those of the links.
            object_ids: for each key of the ring what each token means, without hyphens.

        Raises:
            DatabaseUnavailable: PostgreSQL can't be read.
            sqlite3.Error: the embedded database can't be read.
        """
        ids, bare = list(chain.from_iterable(object_ids)), list(map(_digits, tokens))
        people: dict[str, str | None] = {}
        older: set[str] = set()
        marks: dict[str, Any] = {}
        for kind, key, value in await self._read_runs(ids, bare):
            if kind == _PERSON:
                people[_digits(key)] = value
            elif kind == _TOKEN:
                older.add(_digits(key))
            else:
                marks[key] = json.loads(value)
        runs = dict.fromkeys(one for one, key in zip(tokens, bare, strict=True) if key in older)
        for of_key in object_ids:
            meant = zip(tokens, of_key, strict=True)
            runs |= {token: people[one] for token, one in meant if one in people}
        nobody = _nobody(marks)
        return LinkRuns(runs, nobody.high_water if nobody.is_certain else None)

    async def _read_runs(self, ids: list[str], tokens: list[str]) -> Iterable[_Row]:
        if self._database.is_sqlite:
            cursor = (await self._opened()).cursor()
            await cursor.execute(RUNS_OF_SQLITE, (json.dumps(ids), json.dumps(tokens)))
            return await cursor.fetchall()
        async with self._database.reading() as connection:
            return (await connection.exec_driver_sql(_RUNS_OF_POSTGRESQL, (ids, tokens))).all()

    async def close(self) -> None:
        """Close the connection; the next question opens it anew."""
        connection, self._sqlite = self._sqlite, None
        if connection is not None:
            await connection.close()

    async def _opened(self) -> WholeConnection:
        """Return the one connection: each has a thread, and only one would ever be closed."""
        async with self._opening:
            if self._sqlite is None:
                self._sqlite = await reading_connection(self._database.url)
            return self._sqlite


def _values_of_sqlite(asked: Sequence[AskedLink]) -> tuple[str, str]:
    # Where GUIDs are text they have no hyphens.
    ids = [_digits(one) for link in asked for one in link.object_ids]
    tokens = [_digits(link.token) for link in asked if link.token is not None]
    return json.dumps(ids), json.dumps(tokens)


def _values_of_postgresql(asked: Sequence[AskedLink]) -> tuple[list[str], list[str]]:
    ids = [one for link in asked for one in link.object_ids]
    return ids, [link.token for link in asked if link.token is not None]


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + microseconds * MICROSECOND


def _owners(asked: Sequence[AskedLink], rows: Iterable[_Row]) -> list[LinkOwner]:
    people: dict[str, LinkOwner] = {}
    tokens: dict[str, LinkOwner] = {}
    marks: dict[str, Any] = {}
    for kind, key, first, second, third, invited_at, held_at in rows:
        if kind == _PERSON:
            people[_digits(key)] = LinkOwner(
                object_id=_guid(key),
                status=InviteStatus(first),
                ended=EnrolmentEnd(second) if second else None,
                language=third,
                invited_at=_instant(invited_at),
                click_held_at=_instant(held_at),
            )
        elif kind == _TOKEN:
            tokens[_digits(key)] = LinkOwner(object_id=first and _guid(first), item_id=second)
        else:
            marks[key] = json.loads(first)
    nobody = _nobody(marks)
    return [_owner(link, people, tokens) or nobody for link in asked]


def _nobody(marks: Mapping[str, Any]) -> LinkOwner:
    return LinkOwner(
        is_certain=marks.get(COMPLETE) is True and OLDER_TOKENS in marks,
        high_water=int(marks.get(HIGH_WATER, 0)),
    )


def _owner(
    link: AskedLink, people: dict[str, LinkOwner], tokens: dict[str, LinkOwner]
) -> LinkOwner | None:
    for object_id in link.object_ids:
        if owner := people.get(_digits(object_id)):
            return owner
    return None if link.token is None else tokens.get(_digits(link.token))


def _digits(guid: str) -> str:
    return guid.replace("-", "")


def _guid(text: str) -> str:
    digits = _digits(text)
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def has_own_token(connection: AsyncConnection, object_id: str) -> bool:
    """Say whether somebody's links are known to be of our own making."""
    query = select(enrolment.c.own_token).where(enrolment.c.object_id == object_id)
    return (await connection.scalar(query)) is True
