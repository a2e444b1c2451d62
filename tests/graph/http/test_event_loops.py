"""What tells that a call may have been done doesn't hang on the event loop.

A worker's is uvloop, a verb's is asyncio's.
"""

import asyncio
from collections.abc import Callable

import pytest
import uvloop

from domain.failures import ServiceUnavailable
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.transport import open_exchange
from tests.graph.conftest import LONG, SHORT, NumberedTokens
from tests.graph.http.peer import Answer, scripted_peer
from tests.graph.tenant import HASTY

PURPOSE = Purpose(doing="count the sheep", grant="Sheep.Read.All", absent="There are no sheep.")
FINE = Answer(body={"id": "1"})
Loop = Callable[[], asyncio.AbstractEventLoop]

on_each_loop = pytest.mark.parametrize(
    "loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)


@on_each_loop
@pytest.mark.parametrize(
    "failing",
    [Answer(status=504), Answer(cut=True), Answer(silent=True)],
    ids=["504", "cut", "silent"],
)
def test_a_post_over_a_kept_connection_is_made_once(loop: Loop, failing: Answer) -> None:
    """Somebody may have read it: it is the caller's to find out what was done."""

    async def post() -> list[str]:
        async with scripted_peer() as peer, open_exchange() as http:
            patient, hurried = (
                GraphClient(http, peer.origin, NumberedTokens(), patience=HASTY, timeout=timeout)
                for timeout in (LONG, SHORT)
            )
            peer.answers(FINE, failing, FINE)
            await patient.post("/sheep", PURPOSE, json={})
            with pytest.raises(ServiceUnavailable):
                await hurried.post("/sheep", PURPOSE, json={})
            return peer.targets

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(post()) == ["POST /sheep", "POST /sheep"]


@on_each_loop
def test_a_post_that_nobody_listens_to_was_not_made(loop: Loop) -> None:
    """Without a connection no request has left."""

    async def post() -> None:
        async with scripted_peer() as gone:
            origin = gone.origin
        async with open_exchange() as http:
            client = GraphClient(http, origin, NumberedTokens(), patience=HASTY, timeout=SHORT)
            with pytest.raises(ServiceUnavailable, match="ConnectError"):
                await client.post("/sheep", PURPOSE, json={})

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(post())
