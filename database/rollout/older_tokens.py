"""Tokens on the tracking list that an older system made."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from database.rollout.marks import OLDER_TOKENS
from database.schema import older_token, state
from database.upsert import insert_or_replace


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderToken:
    """A token of the list: its item, and whose it is where the item says so."""

    token: str
    item_id: str
    object_id: str | None = None


async def put_tokens(
    connection: AsyncConnection, tokens: Sequence[OlderToken], *, pass_number: int
) -> None:
    """Keep tokens that this pass over the list has seen."""
    if tokens:
        rows = [{**asdict(token), "pass_number": pass_number} for token in tokens]
        await connection.execute(insert_or_replace(connection.dialect.name, older_token), rows)


async def finish_pass(
    connection: AsyncConnection, pass_number: int, *, now: datetime, forgets: bool = True
) -> int:
    """Forget tokens that a whole pass hasn't seen, and return how many; none unless it ``forgets``.

    From the first whole pass on a token that isn't here is nobody's.
    """
    forgotten = 0
    if forgets:
        gone = delete(older_token).where(older_token.c.pass_number < pass_number)
        forgotten = (await connection.execute(gone)).rowcount
    values = {"name": OLDER_TOKENS, "value": pass_number, "at": now}
    await connection.execute(insert_or_replace(connection.dialect.name, state), values)
    return forgotten
