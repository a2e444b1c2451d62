"""An import of 50,000 rows: durable within a minute, in bounded memory, whoever dies meanwhile."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecution

from client.imports import ImportRequest, start_import
from database.engine import Database
from domain.imports.file import PART_ROWS, read_import_file
from tests.activities import worker_process
from tests.activities.ground import grounded
from tests.activities.stage import set_up
from tests.support.command_line import start_alone
from tests.support.eventually import eventually
from tests.support.imports import batch_report

ROWS = 50_000
PARTS = ROWS // PART_ROWS
DURABLE_WITHIN = 60
IMPORTER_MEGABYTES = 256
WORKER_MEGABYTES = 512
PEOPLE = 600

pytestmark = pytest.mark.long


class Importer:
    """The command ``import`` as a process; nobody works for it, so it waits until it is killed."""

    def __init__(
        self, client: Client, file: Path, address: str, batch: str, database: Database
    ) -> None:
        """Prepare an import, which is in the audit log before it is started."""
        self._client = client
        self._file = file
        folder = Path(str(database.url.database)).parent
        self._settings = {"TEMPORAL_ADDRESS": address, "DATA_DIR": str(folder)}
        self._batch = batch

    async def start(self) -> asyncio.subprocess.Process:
        """Start the process."""
        command = ("import", str(self._file), f"--batch-id={self._batch}")
        return await start_alone(*command, folder=self._file.parent, settings=self._settings)

    async def parts(self) -> list[WorkflowExecution]:
        """Return the workflows that the batch has so far."""
        query = f"WorkflowType = 'BatchWorkflow' AND SourceBatchId = '{self._batch}'"
        return [found async for found in self._client.list_workflows(query)]

    async def end(self) -> None:
        """Leave nothing behind on the shared server."""
        for part in await self.parts():
            handle = self._client.get_workflow_handle(part.id, run_id=part.run_id)
            await handle.terminate("the test is over")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write the file."""
    path = tmp_path / "people.csv"
    rows = (f"person.{number}@contoso.example,Person {number}" for number in range(ROWS))
    path.write_text("\n".join(["UPN,Name", *rows]))
    return path


async def killed(process: asyncio.subprocess.Process) -> None:
    """End a process as a power failure would."""
    if process.returncode is None:
        process.kill()
    await process.wait()


def peak_megabytes(process: asyncio.subprocess.Process) -> int:
    """Return the most memory that a process has had so far."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures by /proc")
async def test_fifty_thousand_rows_are_durable_in_a_minute(
    client: Client,
    file: Path,
    temporal_address: str,
    sqlite_database: Database,
    unique: Callable[[str], str],
) -> None:
    """From the command to the last of 25 workflows less than a minute passes, in 256 MB."""
    importer = Importer(client, file, temporal_address, unique("b"), sqlite_database)
    begun = time.monotonic()
    process = await importer.start()
    try:

        async def all_are_there() -> bool:
            return len(await importer.parts()) == PARTS

        await eventually(all_are_there, seconds=DURABLE_WITHIN)
        took, peak = time.monotonic() - begun, peak_megabytes(process)
    finally:
        await killed(process)
        await importer.end()
    assert took < DURABLE_WITHIN
    assert peak < IMPORTER_MEGABYTES


async def test_an_importer_that_is_killed_is_started_again(
    client: Client,
    file: Path,
    temporal_address: str,
    sqlite_database: Database,
    unique: Callable[[str], str],
) -> None:
    """With `kill -9` amid the parts and the same command again, each part is there once."""
    importer = Importer(client, file, temporal_address, unique("b"), sqlite_database)
    first = await importer.start()
    try:
        await eventually(importer.parts, seconds=DURABLE_WITHIN)
        await killed(first)
        before = await importer.parts()
        again = await importer.start()

        async def all_are_there() -> bool:
            return len(await importer.parts()) >= PARTS

        await eventually(all_are_there, seconds=DURABLE_WITHIN)
        await killed(again)
        after = await importer.parts()
    finally:
        await importer.end()
    assert 0 < len(before) < PARTS
    assert Counter(part.id for part in after) == Counter({part.id for part in after})
    assert len(after) == PARTS
    assert {part.run_id for part in before} <= {part.run_id for part in after}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures by /proc")
async def test_a_worker_starts_a_part_in_bounded_memory(
    client: Client,
    tmp_path: Path,
    temporal_address: str,
    sqlite_database: Database,
    unique: Callable[[str], str],
) -> None:
    """With 600 people of one part read by pages and started, it stays below 512 MB.

    Most of it are the enrolments that the worker has in its cache, which is bounded.
    """
    queue = unique("queue")
    async with grounded() as ground:
        stage = set_up(ground, client, sqlite_database)
        users = [stage.user() for _ in range(PEOPLE)]
        # The enrolments get no further than their intake: they are not what this is about.
        stage.fault("GET", "/methods", times=None, status=503, retry_after="3600")
        file = read_import_file(
            "\n".join(["UPN", *(u.user_principal_name for u in users)]).encode()
        )
        worker = await worker_process.start(stage, queue, temporal_address, tmp_path)
        try:
            request = ImportRequest(batch_id=unique("b"), starts_at=datetime.now(UTC))
            parts = await start_import(client, file, request, task_queue=queue)
            report = await batch_report(parts)
            peak = peak_megabytes(worker)
        finally:
            await killed(worker)
    assert report.started == PEOPLE
    assert peak < WORKER_MEGABYTES
