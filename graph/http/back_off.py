"""Leaves a mailbox or a service alone for as long as it has asked for, whoever calls.

A 429 is meant for all calls of the app to the same mailbox or service, not for the one that it
answers. https://learn.microsoft.com/graph/throttling
"""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from domain.failures import RolloutError, Throttled
from graph.http.call_metrics import Service, asked_to_wait, held_back
from graph.http.retries import until_reset

# https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
CALLS_AT_ONCE = 4
PRESSED_FOR = timedelta(minutes=10)
"""How long after a wait that was asked for nothing is called that can be done without."""

_MAILBOX = re.compile(r"/users/([^/]+)/(?:messages|mailFolders|sendMail)(?:/|$)", re.IGNORECASE)
_METHODS = re.compile(r"/users/[^/]+/authentication(?:/|$)", re.IGNORECASE)
_SERVICES = {"/sites/": Service.SHAREPOINT, "/reports/": Service.REPORTS}


class BackOff:
    """When each mailbox and each service may be called again, in this process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with everything free."""
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._pressed_until: dict[str, float] = {}
        self._places: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(CALLS_AT_ONCE)
        )

    def rest(self, url: str) -> timedelta | None:
        """Return how long what the address leads to has to be left alone, None for not at all.

        A call that has to wait is counted: it isn't made.
        """
        rest = self._free_at.get(called(url), 0.0) - self._clock()
        if rest <= 0:
            return None
        held_back(service_of(url))
        return timedelta(seconds=rest)

    def heeded(self, url: str, failure: RolloutError) -> RolloutError:
        """Return the failure; what it asks for holds from now on, unless more was asked before."""
        if isinstance(failure, Throttled) and failure.retry_after is not None:
            name = called(url)
            asked_to_wait(service_of(url), failure.retry_after)
            free_at = self._clock() + failure.retry_after.total_seconds()
            self._free_at[name] = max(free_at, self._free_at.get(name, free_at))
            self._press(name, failure.retry_after + PRESSED_FOR)
        return failure

    def announced(self, url: str, headers: Mapping[str, str]) -> None:
        """Note that little is left, which SharePoint says from 80 % of its limits on."""
        if "RateLimit-Remaining" in headers:
            self._press(called(url), until_reset(headers) or PRESSED_FOR)

    def is_pressed(self, url: str) -> bool:
        """Say whether what can be done without is left undone, for those who need the rest."""
        return self._clock() < self._pressed_until.get(called(url), 0.0)

    def _press(self, name: str, period: timedelta) -> None:
        until = self._clock() + period.total_seconds()
        self._pressed_until[name] = max(until, self._pressed_until.get(name, until))

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
    if mailbox := _MAILBOX.search(urlsplit(url).path):
        return f"mailbox {unquote(mailbox[1]).casefold()}"
    return service_of(url)


def service_of(url: str) -> Service:
    """Return the service that a call goes to, whichever mailbox it is about."""
    path = urlsplit(url).path
    if _MAILBOX.search(path):
        return Service.MAILBOX
    if _METHODS.search(path):
        return Service.METHODS
    return next((kind for part, kind in _SERVICES.items() if part in path), Service.DIRECTORY)
