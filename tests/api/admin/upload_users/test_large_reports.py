"""The report of an import with many rows that start nobody."""

import asyncio
import json

from api.admin.batches import AT_ONCE, report_answer
from client.import_json import batch_json
from client.import_progress import ImportProgress
from domain.imports.address import NO_ADDRESS
from domain.imports.report import ImportReport


async def test_a_large_report_holds_up_no_other_request() -> None:
    """The event loop has its turns while the report is made, and the report holds every row."""
    rejected = [NO_ADDRESS.at(line) for line in range(1, 20 * AT_ONCE + 2)]
    report = ImportReport(rejected=rejected, rows_done=len(rejected))
    progress = ImportProgress(report=report, rows=0, parts=1, parts_ended=1)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(others())
        answer = await report_answer("wave-1", progress)
        task.cancel()
    assert turns > 2
    told = batch_json("wave-1", progress, last_invitation_at=None)
    assert json.loads(bytes(answer.body)) == told
    assert len(told["rejected"]) == len(rejected)
