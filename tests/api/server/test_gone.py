"""Who leaves before the answer, as often as they like, is no failure and no line in the log."""

import asyncio
import contextlib
import logging
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvloop
from structlog.testing import capture_logs

from tests.api.running import lazy_client, running_api, served
from tests.api.server.test_connections import REQUEST, serving
from tests.support.eventually import eventually

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
# Closing sends a reset, as a client does that was killed.
RESET = struct.pack("ii", 1, 0)


@pytest.mark.parametrize("path", [b"/api/enrol", b"/api/resend"])
async def test_who_leaves_amid_a_form(
    tmp_path: Path, path: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that never comes to its end has no answer, no reference number and no trace."""
    caplog.set_level(logging.ERROR)
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        with capture_logs() as logs:
            async with served(api.app) as url:
                reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
                writer.write(
                    b"POST %b HTTP/1.1\r\nHost: x\r\n%bContent-Length: 99\r\n" % (path, FORM)
                )
                # The application reads the body once it says that it may be sent.
                writer.write(b"Expect: 100-continue\r\n\r\ntoken=")
                assert b"100" in await reader.readline()
                writer.close()
    assert [one for one in logs if one["log_level"] == "error"] == []
    assert caplog.messages == []


def test_who_leaves_with_more_requests_behind(caplog: pytest.LogCaptureFixture) -> None:
    """The answer that was being made goes nowhere, on the API's own event loop."""
    caplog.set_level(logging.ERROR)

    async def leave() -> None:
        async with serving() as served:
            served.app.may_answer.clear()
            (client,) = served.open(1)
            client.sendall(REQUEST * 2)
            await served.app.asked.acquire()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            await eventually(lambda: not served.connections.count)
            served.app.may_answer.set()
            with contextlib.suppress(ConnectionError):
                await served.read(served.open(1)[0], REQUEST)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(leave())
    assert caplog.messages == []
