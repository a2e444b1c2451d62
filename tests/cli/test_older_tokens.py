"""`provision` reads the tokens of an older system's list once."""

from uuid import uuid4

from sqlalchemy import select
from temporalio.client import Client

from cli.provision.older_tokens import load_older_tokens
from database.engine import Database
from database.schema import older_token
from tests.activities.ground import grounded
from tests.activities.stage import set_up


async def tokens(database: Database) -> dict[str, tuple[str | None, str]]:
    """Return the tokens in the tables: whose each is, and its item."""
    async with database.reading() as connection:
        rows = await connection.execute(select(older_token))
        return {row.token: (row.object_id, row.item_id) for row in rows}


async def test_the_list_is_read_whole_and_once(client: Client, sqlite_database: Database) -> None:
    """Rows with a token are kept, with or without ObjectId; from then on the reconcile does it."""
    async with grounded() as ground:
        stage = set_up(ground, client, sqlite_database)
        nameless, named, owner = [str(uuid4()) for _ in range(3)]
        first = stage.row(Title="old@contoso.example", TrackingToken=nameless.upper())
        second = stage.row(Title="new@contoso.example", TrackingToken=named, ObjectId=owner)
        stage.row(Title="none@contoso.example")

        assert await load_older_tokens(stage.tracking_list, sqlite_database) == 2

        kept = {nameless: (None, str(first.id)), named: (owner, str(second.id))}
        assert await tokens(sqlite_database) == kept
        stage.row(Title="later@contoso.example", TrackingToken=str(uuid4()))
        assert await load_older_tokens(stage.tracking_list, sqlite_database) is None
        assert await tokens(sqlite_database) == kept
