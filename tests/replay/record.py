"""Record the histories that every change of workflow code is replayed against.

Run ``python -m tests.replay.record`` (``make record-histories``). It starts Temporal servers of its
own, lets every situation of ``situations.py`` happen in the world of the workflow tests, where
nobody is real, and those of ``other_situations.py`` with answers in place of activities, and writes
one JSON file a run into ``histories/``. Names of hosts and processes are left out; what remains
that differs from one recording to the next are times and the server's ids.

A file that is there already is left alone, since it stands for the enrolments that run in
production under the code of its day: record a new situation when there is one. ``--anew`` records
everything again, which is only right before the first release.
"""

import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from temporal.connect import DATA_CONVERTER
from tests.replay.other_situation import OtherSituation
from tests.replay.other_situations import OTHERS
from tests.replay.situations import SITUATIONS, Situation
from tests.support import temporal_server
from tests.support.enrolments import enrol, working

HISTORIES = Path(__file__).with_name("histories")
ALL: dict[str, Situation | OtherSituation] = {**SITUATIONS, **OTHERS}
# As it stands in the names of sticky task queues.
PROCESS = re.compile(r"\d+@[\w.-]+")
LEFT_OUT = {"identity", "stackTrace"}
FEW_EVENTS = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50")


def recorded() -> dict[str, Path]:
    """Return the files there are, by name."""
    return {path.stem: path for path in sorted(HISTORIES.glob("*.json"))}


def recorded_enrolments() -> dict[str, Path]:
    """Return those of enrolments."""
    return {n: path for n, path in recorded().items() if n.removesuffix("-last") in SITUATIONS}


async def _runs(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """Return the history of the first run and, if there are more, of the last."""
    last = await client.get_workflow_handle(workflow_id).fetch_history()
    begun = last.events[0].workflow_execution_started_event_attributes
    first_run = begun.first_execution_run_id
    if first_run == begun.original_execution_run_id:
        return [last]
    first = await client.get_workflow_handle(workflow_id, run_id=first_run).fetch_history()
    return [first, last]


async def _happen(
    client: Client, name: str, situation: Situation | OtherSituation
) -> list[WorkflowHistory]:
    if isinstance(situation, OtherSituation):
        return await _runs(client, await situation.happen(client, name))
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    world = situation.world()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(working(skipper.client, world, task_queue=name))
        enrolment = await enrol(
            skipper,
            world,
            task_queue=name,
            policy=situation.policy,
            fresh_handle=situation.many_runs,
        )
        stack.push_async_callback(enrolment.leave)
        await situation.happens(enrolment)
        return await _runs(client, enrolment.handle.id)


def _scrubbed(value: Any) -> Any:
    """Leave out who and where: hosts, process ids and paths of files are nobody's business."""
    if isinstance(value, dict):
        return {key: _scrubbed(item) for key, item in value.items() if key not in LEFT_OUT}
    if isinstance(value, list):
        return [_scrubbed(item) for item in value]
    return PROCESS.sub("worker", value) if isinstance(value, str) else value


def _write(name: str, histories: Iterable[WorkflowHistory]) -> None:
    for number, history in enumerate(histories):
        path = HISTORIES / f"{name}{'-last' if number else ''}.json"
        scrubbed = _scrubbed(json.loads(history.to_json()))
        path.write_text(json.dumps(scrubbed, indent=1) + "\n")
        print(f"{path.name}: {len(history.events)} events")  # noqa: T201 - a command's output


async def _record(address: str, names: Iterable[str]) -> None:
    client = await Client.connect(address, data_converter=DATA_CONVERTER)
    for name in names:
        _write(name, await _happen(client, name, ALL[name]))


def main(arguments: list[str]) -> int:
    """Record what is missing, or everything with ``--anew``."""
    # What fails on purpose needn't fill the terminal.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    there = set() if "--anew" in arguments else set(recorded())
    for many_runs, extra in ((False, ()), (True, FEW_EVENTS)):
        names = [
            name
            for name, situation in ALL.items()
            if situation.many_runs is many_runs and name not in there
        ]
        if not names:
            continue
        process, address = temporal_server.start(*extra)
        try:
            temporal_server.wait_until_ready(process, address)
            asyncio.run(_record(address, names))
        finally:
            temporal_server.stop(process)
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # A process that used Temporal's SDK may crash in the interpreter's tear-down (SDK issue 300).
    os._exit(status)
