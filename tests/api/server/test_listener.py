"""The API's listener: every answer leaves at once, also on a connection that is kept."""

import asyncio
import base64
import socket
import time
from pathlib import Path
from statistics import median

import httpx
import pytest

from api.server.listener import listen
from demo.layout import free_ports
from tests.support.command_line import start_alone
from tests.support.world import eventually

API = {
    "TRACKING_TOKEN_KEY": base64.b64encode(bytes(range(32))).decode(),
    "PUBLIC_BASE_URL": "https://mfa.contoso.example",
    "COMPANY_NAME": "Contoso",
    "SUPPORT_EMAIL": "help@contoso.example",
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
}
ANSWERS = 30
# What an answer waits for where the body isn't sent before the head is acknowledged.
DELAYED_ACKNOWLEDGEMENT = 0.04


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_accepted_connections_send_at_once(host: str) -> None:
    """Every connection that this listener accepts has TCP_NODELAY."""
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listen(host, 0)
    async with await asyncio.start_server(look, sock=listener):
        _, writer = await asyncio.open_connection(host, listener.getsockname()[1])
        assert await accepted != 0
        writer.close()
        await writer.wait_closed()


def test_a_port_that_is_taken_is_refused() -> None:
    """Two listeners on one port are never both given it."""
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


@pytest.mark.alone
async def test_answers_on_a_kept_connection(tmp_path: Path) -> None:
    """The shipped command answers a request on a kept connection sooner than a late ACK would."""
    (port,) = free_ports(1)
    settings = {**API, "API_PORT": str(port)}
    process = await start_alone("api", folder=tmp_path, settings=settings)
    url = f"http://127.0.0.1:{port}/healthz"
    try:
        async with httpx.AsyncClient(trust_env=False) as http:

            async def answers() -> bool:
                assert process.returncode is None, "the API has ended"
                try:
                    return (await http.get(url)).is_success
                except httpx.TransportError:
                    return False

            await eventually(answers)
            took = []
            for _ in range(ANSWERS):
                begun = time.perf_counter()
                answer = await http.get(url)
                took.append(time.perf_counter() - begun)
                assert answer.is_success
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
    assert median(took) < DELAYED_ACKNOWLEDGEMENT / 2
