"""Our tables as an API finds them."""

from database.engine import Database
from database.rollout.marks import mark_complete, raise_high_water
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from tests.database.values import NOW

MARK = 1_000


async def complete(database: Database, *tokens: OlderToken, mark: int = MARK) -> None:
    """Mark the tables complete, with these tokens of an older system."""
    async with database.writing() as connection:
        await put_tokens(connection, tokens, pass_number=1)
        await finish_pass(connection, 1, now=NOW)
        await raise_high_water(connection, mark, now=NOW)
        await mark_complete(connection, now=NOW)
