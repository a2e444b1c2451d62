"""What the verb ``api`` runs, in the test's own process."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.processes.api_run import serve_api
from cli.run import run
from demo.layout import free_ports
from tests.support.eventually import eventually

HOST = "127.0.0.1"


@pytest.fixture
def terminated() -> Iterator[Callable[[], None]]:
    """Give what ends the verb as an operator does, and leaves the test's process alive."""
    before: Any = signal.signal(signal.SIGTERM, lambda *_: None)
    yield lambda: os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sockets are listed by Linux alone")
def test_answers_leave_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminated: Callable[[], None]
) -> None:
    """The connections that ``mfa-rollout api`` serves have TCP_NODELAY, whatever sees to it.

    uvloop does for each connection, asyncio where the listener names its protocol.
    """
    port, temporal = free_ports(2)
    settings = {
        "MFA_ROLLOUT_ENV_FILE": os.devnull,
        "API_HOST": HOST,
        "API_PORT": str(port),
        "DATA_DIR": str(tmp_path),
        "TEMPORAL_ADDRESS": f"{HOST}:{temporal}",
        "TRACKING_TOKEN_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "PUBLIC_BASE_URL": "https://mfa.contoso.example",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "servicedesk@contoso.example",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    seen: list[int] = []

    async def visit() -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=300) as http:

            async def is_answered() -> bool:
                with suppress(httpx.ConnectError):
                    return (await http.get(f"http://{HOST}:{port}/healthz")).is_success
                return False

            try:
                await eventually(is_answered)
                assert await is_answered()
                seen.extend(_no_delay_of_connections(port))
            finally:
                terminated()

    visitor = threading.Thread(target=lambda: asyncio.run(visit()))
    visitor.start()
    run(serve_api(), many_sockets=True)
    visitor.join()
    assert len(seen) == 1
    assert seen != [0]


def _no_delay_of_connections(port: int) -> Iterator[int]:
    """Yield TCP_NODELAY of each connection that this process has accepted on a port."""
    for name in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if not name.is_socket():
                continue
            with socket.socket(fileno=os.dup(int(name.name))) as found:
                if found.family is socket.AF_INET and found.getsockname()[1] == port:
                    found.getpeername()
                    yield found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
