"""A large upload doesn't slow the pixel down: a mail must not show a broken image."""

import asyncio
import base64
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from database.engine import Database
from demo.layout import free_ports
from domain.imports.file import MAX_ROWS
from tests.api.admin.admins import API_ID, Entra, entra_of_contoso
from tests.support.command_line import start_alone
from tests.support.eventually import eventually

UPLOAD = """
import sys, httpx
url, token, path = sys.argv[1:]
with open(path, "rb") as file:
    response = httpx.post(
        url, files={"file": file}, headers={"Authorization": "Bearer " + token}, timeout=600
    )
print(response.status_code)
"""
PER_SECOND = 50
SLOWEST = 0.1
# Others may need the processor just then.
TRIES = 3


@asynccontextmanager
async def api_process(
    entra: Entra, temporal: str, folder: Path, database: Database
) -> AsyncIterator[str]:
    """Run the API as a process of its own, and yield its address; uploads need the audit log."""
    folder.mkdir()  # noqa: ASYNC240 - once, in a test
    (port,) = free_ports(1)
    origin = f"http://127.0.0.1:{port}"
    settings = {
        "SIMULATED_TENANT": "on",
        "TENANT_ID": entra.tenant.tenant_id,
        "API_AUDIENCE": API_ID,
        "AUTHORITY_HOST": entra.running.origin,
        "CA_BUNDLE": str(entra.running.ca_path),
        "TRACKING_TOKEN_KEY": base64.b64encode(bytes(range(32))).decode(),
        "PUBLIC_BASE_URL": origin,
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "help@contoso.example",
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "OUTBOX_PATH": str(folder / "outbox.sqlite"),
        "API_PORT": str(port),
        "TEMPORAL_ADDRESS": temporal,
    }
    process = await start_alone("api", folder=folder, settings=settings)
    try:
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as http:

            async def answers() -> bool:
                try:
                    return (await http.get("/healthz")).is_success
                except httpx.TransportError:
                    return False

            await eventually(answers)
        yield origin
    finally:
        process.kill()
        await process.wait()


async def pixels(origin: str, meanwhile: Awaitable[object]) -> list[float]:
    """Show pixels at a steady rate while something else goes on; return the times, in order."""
    took: list[float] = []

    async def show() -> None:
        begun = time.perf_counter()
        response = await http.get("/api/track-open", params={"token": str(uuid4())})
        took.append(time.perf_counter() - begun)
        assert response.headers["Content-Type"] == "image/gif"

    async with (
        httpx.AsyncClient(base_url=origin, trust_env=False, timeout=600) as http,
        asyncio.TaskGroup() as shows,
    ):
        await show()
        other = asyncio.ensure_future(meanwhile)
        while not other.done():
            shows.create_task(show())
            await asyncio.sleep(1 / PER_SECOND)
        await other
    return sorted(took)


@pytest.mark.long
async def test_the_pixel_stays_fast_beside_an_upload(
    tmp_path: Path, temporal_address: str, sqlite_database: Database
) -> None:
    """While 100,000 rows come in and become durable, 99 of 100 pixels take less than 100 ms.

    Or, on a machine that is busy already, not much longer than if another process took it: one
    that works waits for the processor where one that sleeps does not.
    """
    file = tmp_path / "people.csv"
    rows = (f"person.{number}@contoso.example,x" for number in range(MAX_ROWS))
    file.write_text("\n".join(["UPN,Department", *rows]))
    seen: list[tuple[float, float]] = []
    async with (
        entra_of_contoso() as entra,
        api_process(entra, temporal_address, tmp_path / "one", sqlite_database) as one,
        api_process(entra, temporal_address, tmp_path / "other", sqlite_database) as other,
    ):
        token = await entra.app_token()
        while len(seen) < TRIES:
            elsewhere = p99(await pixels(one, uploaded(other, token, file)))
            here = p99(await pixels(one, uploaded(one, token, file)))
            if here < max(SLOWEST, 5 * elsewhere):
                return
            seen.append((here, elsewhere))
    pytest.fail(f"seconds beside an upload here, and elsewhere: {seen}")


async def uploaded(origin: str, token: str, file: Path) -> None:
    """Upload the file from another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        UPLOAD,
        f"{origin}/api/upload-users",
        token,
        str(file),
        env={"PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert output.strip() == b"202"


def p99(took: list[float]) -> float:
    """Return what 99 of 100 don't exceed."""
    assert len(took) > PER_SECOND // 2
    return took[len(took) * 99 // 100]
