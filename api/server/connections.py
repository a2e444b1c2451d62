"""Keeps connections within limits, so that strangers who open many shut nobody else out."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from api.limits.client_address import ClientAddresses

log = structlog.get_logger(__name__)

LOG_EVERY = timedelta(minutes=1)


class Connection(Protocol):
    """What the limits have to know of a connection, and do with it."""

    address: str
    """The peer's address."""

    body_bytes: int
    """How much of a request's body has come in."""

    def has_unread(self) -> bool:
        """Say whether the peer hasn't taken all that was sent to it."""

    def close_now(self) -> None:
        """Close the connection, whatever was still to be sent."""


class Closed(StrEnum):
    """Why a connection was closed, or not accepted."""

    HEAD = "no whole request in time"
    BODY = "body too slow"
    UNREAD = "answer not read"
    ADDRESS_FULL = "too many of its address"
    ALL_FULL = "too many in all"
    NOT_ACCEPTED = "system refused to accept"
    HEAD_BYTES = "head too long"
    PIPELINED = "too many requests at once"
    NOT_HTTP = "not HTTP"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """How many connections there may be, and how long they may take.

    ``head`` is the time for the head of a request, also on a connection that is kept. A body has
    ``body`` and a second for each ``body_bytes_per_second``. ``unread`` is how long an answer may
    wait to be read. No address has more than ``per_address``, but for trusted proxies. A head, or
    what follows a body in pieces, has ``head_bytes`` and what comes with their last one. Behind a
    request that is being answered as many as ``pipelined`` wait.
    """

    total: int = 5_000
    per_address: int = 256
    head: timedelta = timedelta(seconds=10)
    body: timedelta = timedelta(seconds=20)
    body_bytes_per_second: int = 8_192
    unread: timedelta = timedelta(seconds=60)
    look_every: timedelta = timedelta(seconds=1)
    head_bytes: int = 65_536
    pipelined: int = 16


class Connections:
    """The open connections, by what each waits for.

    Where there is no place, the oldest connection goes on which no request is being answered: a
    client that has sent a request is never cut off for one that hasn't.
    """

    def __init__(
        self,
        limits: ConnectionLimits,
        addresses: ClientAddresses,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with none; ``addresses`` knows the proxies, ``clock`` counts seconds."""
        self.limits = limits
        self._addresses = addresses
        self._clock = clock
        self._open: dict[str, dict[Connection, None]] = {}
        # Each in the order of the instants since when.
        self._waiting: dict[Connection, float] = {}
        self._receiving: dict[Connection, float] = {}
        self._unread: dict[Connection, float] = {}
        self.count = 0
        self.closed: Counter[Closed] = Counter()
        self._unlogged: Counter[str] = Counter()
        self._logged_at: float | None = None

    def add(self, connection: Connection) -> bool:
        """Take a new connection; False, and it has to be closed, where there is no place."""
        key = self._addresses.key_of(connection.address)
        same = self._open.get(key, {})
        if len(same) >= self.limits.per_address and not self._addresses.is_trusted(
            connection.address
        ):
            self._close(next((one for one in same if one in self._waiting), None))
            self.note(Closed.ADDRESS_FULL)
            if len(self._open.get(key, {})) >= self.limits.per_address:
                return False
        if self.count >= self.limits.total:
            self._close(next(iter(self._waiting), None))
            self.note(Closed.ALL_FULL)
            if self.count >= self.limits.total:
                return False
        self._open.setdefault(key, {})[connection] = None
        self.count += 1
        self.wait_for_head(connection)
        return True

    def remove(self, connection: Connection) -> None:
        """Forget a connection that is closed; one that was never taken changes nothing."""
        key = self._addresses.key_of(connection.address)
        same = self._open.get(key, {})
        if connection not in same:
            return
        del same[connection]
        if not same:
            del self._open[key]
        self.count -= 1
        for phase in (self._waiting, self._receiving, self._unread):
            phase.pop(connection, None)

    def wait_for_head(self, connection: Connection) -> None:
        """Note that the next thing to come is a request, or the rest of its head."""
        self._waiting.pop(connection, None)
        self._waiting[connection] = self._clock()

    def receive_body(self, connection: Connection) -> None:
        """Note that a request has begun."""
        self._waiting.pop(connection, None)
        self._receiving[connection] = self._clock()

    def answer(self, connection: Connection) -> None:
        """Note that a request has come in as a whole."""
        self._receiving.pop(connection, None)

    def wait_for_reader(self, connection: Connection) -> None:
        """Note that the peer doesn't read what is sent to it."""
        self._unread.setdefault(connection, self._clock())

    def go_on_sending(self, connection: Connection) -> None:
        """Note that the peer reads again."""
        self._unread.pop(connection, None)

    def note(self, why: Closed) -> None:
        """Count a connection that ends, or couldn't begin; the log tells it once a minute."""
        self.closed[why] += 1
        self._unlogged[why] += 1

    async def watch(self) -> None:
        """Close what takes too long, once a second, for as long as the process runs."""
        while True:
            await asyncio.sleep(self.limits.look_every.total_seconds())
            self.look()

    def look(self) -> None:
        """Close what has taken too long, and log what was closed, once a minute."""
        now, limits = self._clock(), self.limits
        for connection, since in list(self._waiting.items()):
            if now - since < limits.head.total_seconds():
                break
            if connection.has_unread():
                # What was answered may still be on its way.
                del self._waiting[connection]
                self.wait_for_reader(connection)
            else:
                self._end(connection, Closed.HEAD)
        for connection, since in list(self._receiving.items()):
            seconds = connection.body_bytes / limits.body_bytes_per_second
            if now - since >= limits.body.total_seconds() + seconds:
                self._end(connection, Closed.BODY)
        for connection, since in list(self._unread.items()):
            if now - since >= limits.unread.total_seconds():
                self._end(connection, Closed.UNREAD)
        self._log(now)

    def _end(self, connection: Connection, why: Closed) -> None:
        self.note(why)
        self._close(connection)

    def _close(self, connection: Connection | None) -> None:
        if connection is not None:
            self.remove(connection)
            connection.close_now()

    def _log(self, now: float) -> None:
        # A kept connection that ends after its last answer isn't worth a line.
        told = {why: count for why, count in self._unlogged.items() if why != Closed.HEAD}
        due = self._logged_at is None or now - self._logged_at >= LOG_EVERY.total_seconds()
        if told and due:
            self._logged_at = now
            log.warning("connections closed", counts=dict(self._unlogged), open=self.count)
            self._unlogged.clear()
