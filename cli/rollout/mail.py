"""The verbs of the emergency stop: ``mail stop`` and ``mail start``."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import examples
from cli.run import run
from cli.terminal import fail, out

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from temporalio.client import Client

    from domain.enrolment.messages import AdminRequest
    from domain.records.audit import AuditAction

Reason = Annotated[str, typer.Option(help="Why: everybody who looks at the switch sees it.")]

app = typer.Typer(help="Stop all mail of the rollout, and start it again.", no_args_is_help=True)


@app.command(epilog=examples('mfa-rollout mail stop --reason "wrong date in the invitation"'))
def stop(reason: Reason) -> None:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    from client.mail_switch import stop_mail
    from domain.records.audit import AuditAction

    run(_throw(AuditAction.STOP_MAIL, stop_mail, reason, "Mail is stopped."))


@app.command(epilog=examples('mfa-rollout mail start --reason "the date is right now"'))
def start(reason: Reason) -> None:
    """Let mails leave again; whatever is due is sent, once each."""
    from client.mail_switch import start_mail
    from domain.records.audit import AuditAction

    run(_throw(AuditAction.START_MAIL, start_mail, reason, "Mail is on again."))


async def _throw(
    action: "AuditAction",
    throw: "Callable[[Client, AdminRequest], Awaitable[None]]",
    reason: str,
    done: str,
) -> None:
    """Throw the switch, and say so. Mail is stopped though the audit log can't be written."""
    import getpass

    from temporalio.client import WorkflowUpdateFailedError
    from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswerError

    from cli.audit.entry import audited
    from cli.temporal import connect_to_temporal
    from domain.enrolment.messages import AdminRequest
    from domain.records.audit import AuditAction
    from temporal.failures import words_of

    client = await connect_to_temporal()
    request = AdminRequest(actor=getpass.getuser(), reason=reason)
    urgent = action is AuditAction.STOP_MAIL
    try:
        async with audited(action, reason=reason, acts_unwritten=urgent):
            await throw(client, request)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except NoAnswerError:
        fail("No worker answers, so no mail is being sent. Start a worker and try again.")
    out.print(done)
    await _keep(request, stopped=urgent)


async def _keep(request: "AdminRequest", *, stopped: bool) -> None:
    """Write it into our tables for those who look there; where that fails, a worker does it."""
    from contextlib import suppress
    from datetime import UTC, datetime

    from cli.database import open_database
    from database.errors import DatabaseError
    from database.rollout.control import set_control
    from domain.records.rollout import MailControl

    control = MailControl(
        mail_stopped=stopped,
        since=datetime.now(UTC),
        actor=request.actor,
        reason=request.reason,
    )
    with suppress(DatabaseError):
        async with open_database() as database, database.writing() as connection:
            await set_control(connection, control)
