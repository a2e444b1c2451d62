"""One attempt at a mail in a process of its own, which a signal ends or stops at a chosen step.

``python -m … MOMENT``, with a mail on standard input. A moment is a step of the log (the signal
comes right after its commit) or ``none``: then whoever started the process sends the signal.
"""

import os
import signal
import sys
from contextlib import AsyncExitStack
from typing import Any

from pydantic import TypeAdapter
from temporalio.testing import ActivityEnvironment

from activities.mail.activities import MailActivities
from activities.mail.inputs import DeliverMailInput
from cli.run import run
from cli.temporal import connect_to_temporal
from database.engine import database_at
from database.mail.log import MailLog
from domain.identifiers import TASK_QUEUE, mail_task_queue
from settings import WorkerSettings, load_settings
from worker import mail as mail_area
from worker.dependencies import Dependencies
from worker.graph import open_graph

MAIL = TypeAdapter(DeliverMailInput)
STEPS = ("reserve", "drafting", "drafted", "sending", "sent")


class InterruptedLog:
    """The log, with a signal to its own process right after the commit of one step."""

    def __init__(self, log: MailLog, step: str, number: signal.Signals) -> None:
        """Wrap a log."""
        self._log = log
        self._step = step
        self._number = number

    def __getattr__(self, name: str) -> Any:
        """Return the log's own method, or the one that interrupts."""
        method = getattr(self._log, name)
        if name != self._step:
            return method

        async def interrupted(*args: Any, **more: Any) -> Any:
            result = await method(*args, **more)
            os.kill(os.getpid(), self._number)
            return result

        return interrupted


async def attempt(step: str, number: signal.Signals, mail: DeliverMailInput) -> None:
    """Deliver the mail, as far as the signal lets it."""
    settings = load_settings(WorkerSettings)
    client = await connect_to_temporal()
    async with AsyncExitStack() as stack:
        graph = await stack.enter_async_context(open_graph(settings))
        database = database_at(settings.database_address, settings.data_dir)
        needs = Dependencies(
            client=client, graph=graph, database=database, settings=settings, task_queue=TASK_QUEUE
        )
        mailing = mail_task_queue(TASK_QUEUE, 0)
        (queue,) = [part for part in mail_area.register(needs) if part.queue == mailing]
        activities: Any = getattr(queue.activities[0], "__self__")  # noqa: B009 - for mypy
        assert isinstance(activities, MailActivities)
        log: Any = InterruptedLog(activities._log, step, number)  # noqa: SLF001
        activities._log = log  # noqa: SLF001
        print("ready", flush=True)  # noqa: T201
        await ActivityEnvironment().run(activities.deliver_mail, mail)


if __name__ == "__main__":
    run(
        attempt(sys.argv[1], signal.Signals[sys.argv[2]], MAIL.validate_json(sys.stdin.read())),
        many_sockets=True,
    )
