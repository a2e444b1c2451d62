"""What an agreement may use: our client, raw calls, and the things set aside for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from domain.failures import RolloutError
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.tokens import Tokens
from graph.http.urls import segment, with_query
from graph.mailbox import Mailbox
from graph.tracking_list import TrackingList

T = TypeVar("T")

MARK = "contract-test-"
"""Begins the name of whatever an agreement makes, so that leftovers can be told apart."""

NOBODY = "99999999-9999-4999-8999-999999999999"
"""An ObjectId that belongs to nobody."""

PURPOSE = Purpose(doing="do this", grant="it", absent="It isn't there.")

_PAUSE = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A tenant, with a user, a group, a list and a sender mailbox that may be used.

    ``patience`` is how long reads may lag behind writes: nothing in the simulated tenant.
    """

    http: httpx.AsyncClient
    graph: GraphClient
    tokens: Tokens
    user: str
    group_id: str
    site_id: str
    list_id: str
    sender: str
    patience: timedelta = timedelta(0)

    @property
    def tracking_list(self) -> TrackingList:
        """Our side of the list."""
        return TrackingList(self.graph, self.site_id, self.list_id)

    @property
    def mailbox(self) -> Mailbox:
        """Our side of the sender mailbox."""
        return Mailbox(self.graph, self.sender)

    @property
    def list_path(self) -> str:
        """The list's path below the base URL."""
        return f"/sites/{segment(self.site_id)}/lists/{segment(self.list_id)}"

    @property
    def mailbox_path(self) -> str:
        """The sender mailbox's path below the base URL."""
        return f"/users/{segment(self.sender)}"

    async def ask(
        self, method: str, path: str, *, params: dict[str, str] | None = None, **how: Any
    ) -> httpx.Response:
        """Make one call as it stands, so that its exact answer can be looked at.

        Args:
            method: the verb.
            path: below the base URL, or a whole link to a next page.
            params: query options.
            how: httpx's ``json`` and ``headers``.
        """
        how["headers"] = {
            "Authorization": f"Bearer {await self.tokens.token()}",
            **how.get("headers", {}),
        }
        url = path if path.startswith("https:") else self.graph.base_url + path
        return await self.http.request(method, with_query(url, params), **how)

    async def in_time(self, look: Callable[[], Awaitable[T]]) -> T:
        """Look until there is something to see, as long as reads may lag; return what was seen.

        A failure counts as nothing to see until the time is up; then it is raised.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience.total_seconds()
        while True:
            too_late = loop.time() >= deadline
            try:
                seen = await look()
            except RolloutError:
                if too_late:
                    raise
            else:
                if seen or too_late:
                    return seen
            await asyncio.sleep(_PAUSE.total_seconds())


def new_name() -> str:
    """Return a name that nothing else in the tenant has."""
    return f"{MARK}{uuid4().hex}"


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of an answer in the form of Graph's errors."""
    error = response.json()["error"]
    assert isinstance(error["message"], str)
    assert isinstance(error["code"], str)
    return response.status_code, error["code"]
