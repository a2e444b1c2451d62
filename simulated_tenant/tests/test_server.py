"""Tests of the tenant as a process: ports, certificate, signals, restart."""

import asyncio
import re
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from simulated_tenant.__main__ import main
from simulated_tenant.listener import listening_socket
from simulated_tenant.population import DOMAIN, TENANT_ID, WORKER_CLIENT_ID, WORKER_SECRET

READY = re.compile(r"ready: authority (\S+) graph (\S+) people (\S+)")


@dataclass(frozen=True)
class Process:
    """A running tenant and its addresses."""

    handle: asyncio.subprocess.Process
    authority: str
    graph: str
    people: str


async def launch(*arguments: str) -> asyncio.subprocess.Process:
    """Start ``python -m simulated_tenant``."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulated_tenant",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def running(directory: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run a tenant on free ports until the block ends."""
    handle = await launch(
        "--data", str(directory), "--https-port", "0", "--http-port", "0", *arguments
    )
    assert handle.stdout is not None
    try:
        line = (await asyncio.wait_for(handle.stdout.readline(), 600)).decode()
        found = READY.match(line)
        assert found is not None, line
        yield Process(handle, *found.groups())
    finally:
        if handle.returncode is None:
            handle.terminate()
        await handle.communicate()


def client(directory: Path) -> httpx.AsyncClient:
    """A client that trusts the tenant's authority and nothing else."""
    tls = ssl.create_default_context(cafile=str(directory / "ca.pem"))
    return httpx.AsyncClient(verify=tls, trust_env=False)


async def get_token(http: httpx.AsyncClient, authority: str) -> str:
    """Get the worker's token."""
    form = {
        "client_id": WORKER_CLIENT_ID,
        "client_secret": WORKER_SECRET,
        "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
    }
    response = await http.post(f"{authority}/oauth2/v2.0/token", data=form)
    return str(response.json()["access_token"])


async def test_a_process_serves_both_sides_and_stops_when_told(tmp_path: Path) -> None:
    """Graph is on https under both loopback names, people on http; SIGTERM ends it with 0."""
    async with running(tmp_path) as process, client(tmp_path) as http:
        token = await get_token(http, process.authority)
        bearer = {"Authorization": f"Bearer {token}"}
        address = process.graph.replace("localhost", "127.0.0.1") + "/users?$top=1"
        users = await http.get(address, headers=bearer)
        health = await http.get(f"{process.people}/control/health")
        process.handle.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(process.handle.wait(), 600)
        assert process.handle.stderr is not None
        complaints = await process.handle.stderr.read()
    assert users.status_code == 200
    assert users.json()["@odata.nextLink"].startswith("https://127.0.0.1:")
    assert health.json()["tenantId"] == TENANT_ID
    assert process.authority.endswith(TENANT_ID)
    assert (status, complaints) == (0, b"")


async def test_a_killed_process_has_lost_nothing(tmp_path: Path) -> None:
    """After SIGKILL the next process knows what was written, by the same token and CA."""
    async with running(tmp_path) as process, client(tmp_path) as http:
        token = await get_token(http, process.authority)
        added = await http.post(
            f"{process.people}/control/users", json={"userPrincipalName": f"new@{DOMAIN}"}
        )
        process.handle.kill()
        await process.handle.wait()
    async with running(tmp_path) as process, client(tmp_path) as http:
        bearer = {"Authorization": f"Bearer {token}"}
        found = await http.get(f"{process.graph}/users/new@{DOMAIN}", headers=bearer)
    assert found.json()["id"] == added.json()["id"]


async def test_a_taken_port_is_one_clear_message(tmp_path: Path) -> None:
    """Somebody else on the port means exit 1 and one line that names it."""
    taken = listening_socket("127.0.0.1", 0)
    port = str(taken.getsockname()[1])
    handle = await launch("--data", str(tmp_path), "--https-port", "0", "--http-port", port)
    _, complaint = await handle.communicate()
    taken.close()
    assert handle.returncode == 1
    assert complaint.decode().count("\n") == 1
    assert port in complaint.decode()


@pytest.mark.parametrize(
    "words",
    ["--day -1", "--day 1e400", "--day inf", "--day nan", "--http-port 70000", "--https-port x"],
)
def test_a_number_out_of_range_is_told(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with the status of a wrong command line, and its last line names the option."""
    option, value = words.split()
    with pytest.raises(SystemExit, check=lambda it: it.code == 2):
        main([option, value])
    assert f"argument {option}: '{value}' is no " in capsys.readouterr().err.splitlines()[-1]


async def test_help_is_given() -> None:
    """``--help`` names every option and ends well."""
    handle = await launch("--help")
    output, _ = await handle.communicate()
    assert handle.returncode == 0
    assert all(option in output.decode() for option in ("--data", "--day", "--host"))
