"""The first reading of an older system's tokens from the list into our tables."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from database.engine import Database
from database.rollout.marks import read_older_tokens_pass
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from domain.tracking_list.row import object_id_in, token_in
from graph.tracking_list import TrackingList

_COLUMNS = ("TrackingToken", "ObjectId")
_AT_ONCE = 1000


async def load_older_tokens(tracking_list: TrackingList, database: Database) -> int | None:
    """Keep the tokens of the whole list, unless it was read before, and return how many.

    Tokens of our own are among them where people were enrolled before: this knows no key. They do
    no harm, and the next reconcile, which keeps the table from then on, drops them.

    Raises:
        RolloutError: the list can't be read, or the database can't be written.
    """
    async with database.reading() as connection:
        if await read_older_tokens_pass(connection) is not None:
            return None
    count = 0
    async for portion in _portions(tracking_list):
        count += len(portion)
        async with database.writing() as connection:
            await put_tokens(connection, portion, pass_number=1)
    async with database.writing() as connection:
        await finish_pass(connection, 1, now=datetime.now(UTC))
    return count


async def _portions(tracking_list: TrackingList) -> AsyncIterator[list[OlderToken]]:
    portion: list[OlderToken] = []
    async for item in tracking_list.all(_COLUMNS):
        if token := token_in(item.fields):
            owner = object_id_in(item.fields)
            portion.append(OlderToken(token=token, item_id=item.id, object_id=owner))
        if len(portion) == _AT_ONCE:
            yield portion
            portion = []
    yield portion
