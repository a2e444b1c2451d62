"""The verbs about the people of a rollout: all of them, or one."""

import getpass
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

from cli.verbs import fail, out, run
from client.enrolments import EnrolmentHandle, count_by_status, count_stuck, find_enrolment
from client.history import read_history
from domain.enrolment.messages import AdminRequest
from domain.plain_text import one_line
from temporal.connect import connect
from workflows.enrolment.workflow import EnrolmentWorkflow

Update = UpdateMethodMultiParam[[EnrolmentWorkflow, AdminRequest], None]
Who = Annotated[str, typer.Argument(help="User principal name or ObjectId.")]
Reason = Annotated[str, typer.Option(help="Why: it stays in the person's history.")]


def status(
    batch_id: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
) -> None:
    """Show how many people stand where."""

    async def count() -> None:
        client = await connect()
        table = Table("Status", "People", box=None)
        for name, people in (await count_by_status(client, batch_id)).items():
            table.add_row(name, str(people))
        stuck = await count_stuck(client)
        table.add_row("Stuck", "?" if stuck is None else str(stuck))
        out.print(table)

    run(count())


def show(who: Who) -> None:
    """Tell one person's story, step by step, with the reasons."""

    async def tell() -> None:
        client = await connect()
        handle = await _enrolment(client, who)
        async for line in read_history(client, handle):
            # Words of other people: none may move the cursor or turn the line around.
            text = escape(one_line(line.text))
            out.print(f"{line.at:%d %b %Y %H:%M:%S}  {text}", soft_wrap=True)

    run(tell())


def pause(who: Who, reason: Reason) -> None:
    """Send this person nothing until resumed."""
    _ask(who, reason, EnrolmentWorkflow.pause, "Paused.")


def resume(who: Who, reason: Reason) -> None:
    """Go on with a paused person."""
    _ask(who, reason, EnrolmentWorkflow.resume, "Resumed.")


def resend(who: Who, reason: Reason) -> None:
    """Send this person a new link at once."""
    _ask(who, reason, EnrolmentWorkflow.resend, "A new link is on its way.")


def cancel(who: Who, reason: Reason) -> None:
    """End this person's enrolment; their links are not recognised any more."""
    _ask(who, reason, EnrolmentWorkflow.cancel, "Cancelled.")


def _ask(who: str, reason: str, update: Update, done: str) -> None:
    async def ask() -> None:
        client = await connect()
        handle = await _enrolment(client, who)
        request = AdminRequest(actor=getpass.getuser(), reason=reason)
        try:
            await handle.execute_update(update, request)
        except WorkflowUpdateFailedError as error:
            fail(str(error.cause))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            fail("This enrolment has ended.")
        out.print(done)

    run(ask())


async def _enrolment(client: Client, who: str) -> EnrolmentHandle:
    handle = await find_enrolment(client, who)
    if handle is None:
        fail(f"Nobody called {who} is enrolled: check the spelling, or import them first.")
    return handle
