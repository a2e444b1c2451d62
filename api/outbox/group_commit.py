"""One thread that owns one SQLite connection and commits whatever has come in as one group."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Operation = Callable[[sqlite3.Connection, Sequence[Item]], Sequence[Result]]
"""Does something for several items at once, and returns a result for each, in their order."""

_LARGEST_GROUP = 1000
_Waiting = tuple[Operation[Any, Any], Any, "asyncio.Future[Any]"]


class StorageUnavailable(Exception):
    """The database can't be opened, read or written just now."""


class GroupCommit:
    """Runs operations in order, those that wait together in one transaction.

    Neighbours with the same operation are one call of it, since every statement costs a change of
    threads. So under load the costs are shared, and alone an operation waits for nobody. An error
    undoes the whole group, fails each of its futures, and makes the next group open the file anew:
    a disk that comes back needs no restart.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, name: str) -> None:
        """Prepare the thread; ``connect`` is called inside it, as often as needed."""
        self._connect = connect
        self._name = name
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; opening the file is left to the first operation."""
        # A daemon: a hung disk must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def submit(self, operation: Operation[Item, Result], item: Item) -> "asyncio.Future[Result]":
        """Queue an item for an operation; its future is done once that is committed.

        Who stops waiting for the future doesn't stop the operation.

        Raises:
            StorageUnavailable: by the future, if the group couldn't be committed.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.put((operation, item, future))
        return future

    async def close(self, within_seconds: float = 5.0) -> None:
        """Commit what is queued, close the file and end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            await asyncio.to_thread(self._thread.join, within_seconds)

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        closing = False
        while not closing:
            group, closing = self._next_group()
            try:
                connection = connection or self._connect()
                results = _commit(connection, group)
            except Exception as error:  # noqa: BLE001 - without the thread all would wait for ever
                _discard(connection)
                connection = None
                failure = StorageUnavailable(type(error).__name__)
                _tell(group, [failure] * len(group))
            else:
                _tell(group, results)
        _discard(connection)

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        group: list[_Waiting] = []
        item = self._waiting.get()
        while item is not None:
            group.append(item)
            if len(group) == _LARGEST_GROUP:
                return group, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True


def _commit(connection: sqlite3.Connection, group: list[_Waiting]) -> list[Any]:
    connection.execute("BEGIN IMMEDIATE")
    results: list[Any] = []
    for operation, neighbours in groupby(group, key=lambda waiting: waiting[0]):
        results += operation(connection, [item for _, item, _ in neighbours])
    connection.execute("COMMIT")
    return results


def _discard(connection: sqlite3.Connection | None) -> None:
    # Closing undoes a transaction that is still open.
    if connection is not None:
        connection.close()


def _tell(group: list[_Waiting], results: list[Any]) -> None:
    if not group:
        return
    loop = group[0][2].get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, group, results)


def _settle(group: list[_Waiting], results: list[Any]) -> None:
    for (_, _, future), result in zip(group, results, strict=True):
        if future.done():
            continue
        if isinstance(result, StorageUnavailable):
            future.set_exception(result)
        else:
            future.set_result(result)
