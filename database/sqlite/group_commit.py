"""What is written in the same moment is committed together.

A commit waits for the disk, and takes many times what its statements take. While one is under way,
whoever else wants to write gathers; then they share the next.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from database.sqlite.transactions import Transactions, Work, done, execute

T = TypeVar("T")

# Other processes write between two groups, so none is long.
LARGEST = 16


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    work: Work[Any]
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class GroupCommit:
    """Writes of one process: each is there as a whole or not at all, and answered once committed.

    One that raises an error is undone alone. Where the transaction itself fails, all that shared it
    have failed.
    """

    def __init__(self, engine: Engine, turn: AbstractAsyncContextManager[None]) -> None:
        """Use one connection of this engine, which is kept.

        Args:
            engine: whose transactions take the write lock at once.
            turn: held during each transaction.
        """
        self._transactions = Transactions(engine)
        self._turn = turn
        self._waiting: deque[_Asked] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def run(self, work: Work[T]) -> T:
        """Do some work in a transaction, perhaps together with others.

        A caller that is cancelled before it is begun has asked for nothing; later it isn't stopped.

        Raises:
            DBAPIError: it could not be begun, continued or committed.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Asked(work, answer))
        if self._committing is None:
            self._committing = loop.create_task(self._commit_all())
        return await answer

    async def close(self) -> None:
        """Close the connection, once what was asked for is done."""
        if self._committing is not None:
            await asyncio.shield(self._committing)
        await self._transactions.close()

    async def _commit_all(self) -> None:
        try:
            while self._waiting:
                async with self._turn:
                    await self._commit(self._next_group())
        finally:
            self._committing = None

    def _next_group(self) -> Sequence[_Asked]:
        group: list[_Asked] = []
        while self._waiting and len(group) < LARGEST:
            asked = self._waiting.popleft()
            if not asked.answer.cancelled():
                group.append(asked)
        return group

    async def _commit(self, group: Sequence[_Asked]) -> None:
        if not group:
            return
        outcomes: Sequence[Any]
        try:
            outcomes = await self._transactions.in_transaction(
                lambda connection: [_in_savepoint(connection, asked.work) for asked in group]
            )
        except Exception as error:  # noqa: BLE001 - each of the callers raises it
            outcomes = [_Failed(error)] * len(group)
        for asked, outcome in zip(group, outcomes, strict=True):
            if asked.answer.cancelled():
                continue
            if isinstance(outcome, _Failed):
                asked.answer.set_exception(outcome.error)
            else:
                asked.answer.set_result(outcome)


def _in_savepoint(connection: Connection, work: Work[Any]) -> Any:
    """Do some work, and undo it if it raises an error."""
    execute(connection, "SAVEPOINT work")
    try:
        result = done(work, connection)
    except Exception as error:
        driver_connection: Any = connection.connection.driver_connection
        if not driver_connection.in_transaction:
            # A full or broken disk: SQLite has rolled back everything.
            raise
        execute(connection, "ROLLBACK TO work")
        result = _Failed(error)
    execute(connection, "RELEASE work")
    return result
