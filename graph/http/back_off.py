"""Leaves a mailbox or a service alone for as long as it has asked for, whoever calls.

A 429 is meant for all calls of the app to the same mailbox or service, not for the one that it
answers. https://learn.microsoft.com/graph/throttling
"""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from domain.failures import RolloutError, Throttled

# https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
CALLS_AT_ONCE = 4

_MAILBOX = re.compile(r"/users/([^/]+)/(?:messages|mailFolders|sendMail)(?:/|$)", re.IGNORECASE)
_METHODS = re.compile(r"/users/[^/]+/authentication(?:/|$)", re.IGNORECASE)
_SERVICES = ("/sites/", "/reports/")


class BackOff:
    """When each mailbox and each service may be called again, in this process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with everything free."""
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._places: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(CALLS_AT_ONCE)
        )

    def rest(self, url: str) -> timedelta | None:
        """Return how long what the address leads to has to be left alone, None for not at all."""
        rest = self._free_at.get(called(url), 0.0) - self._clock()
        return timedelta(seconds=rest) if rest > 0 else None

    def heeded(self, url: str, failure: RolloutError) -> RolloutError:
        """Return the failure; what it asks for holds from now on, unless more was asked before."""
        if isinstance(failure, Throttled) and failure.retry_after is not None:
            name = called(url)
            free_at = self._clock() + failure.retry_after.total_seconds()
            self._free_at[name] = max(free_at, self._free_at.get(name, free_at))
        return failure

    @asynccontextmanager
    async def place(self, url: str) -> AsyncIterator[None]:
        """Hold one of a mailbox's four places for calls at once; other calls need none."""
        name = called(url)
        if not name.startswith("mailbox "):
            yield
            return
        async with self._places[name]:
            yield


def called(url: str) -> str:
    """Return the mailbox or the service that a call is counted against."""
    path = urlsplit(url).path
    if mailbox := _MAILBOX.search(path):
        return f"mailbox {unquote(mailbox[1]).casefold()}"
    if _METHODS.search(path):
        return "authentication methods"
    return next((service for service in _SERVICES if service in path), "directory")
