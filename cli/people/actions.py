"""The verbs that ask for something about one person."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.people.show import Who
from cli.run import run
from cli.terminal import fail, out

if TYPE_CHECKING:
    from client.enrolments import Update
    from domain.records.audit import AuditAction

Reason = Annotated[str, typer.Option(help="Why: it stays in the person's history.")]

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout pause ada@contoso.com --reason "on leave until May"'),
)
def pause(who: Who, reason: Reason) -> None:
    """Send this person nothing until resumed."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.PAUSE, who, reason, EnrolmentWorkflow.pause, "Paused."))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resume ada@contoso.com --reason "back from leave"'),
)
def resume(who: Who, reason: Reason) -> None:
    """Go on with a paused person."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.RESUME, who, reason, EnrolmentWorkflow.resume, "Resumed."))


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout resend ada@contoso.com --reason "lost the mail"'),
)
def resend(who: Who, reason: Reason) -> None:
    """Send this person a new link at once."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(
        _ask(AuditAction.RESEND, who, reason, EnrolmentWorkflow.resend, "A new link is on its way.")
    )


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples('mfa-rollout cancel ada@contoso.com --reason "has left the company"'),
)
def cancel(who: Who, reason: Reason) -> None:
    """End this person's enrolment; their links are not recognised any more."""
    from domain.records.audit import AuditAction
    from workflows.enrolment.workflow import EnrolmentWorkflow

    run(_ask(AuditAction.CANCEL, who, reason, EnrolmentWorkflow.cancel, "Cancelled."))


async def _ask(action: "AuditAction", who: str, reason: str, update: "Update", done: str) -> None:
    """Ask a person's enrolment for something, and say that it is done."""
    import getpass

    from temporalio.client import WorkflowUpdateFailedError

    from cli.audit.entry import audited
    from cli.people.finding import enrolment_of
    from cli.temporal import connect_to_temporal
    from client.enrolments import EnrolmentEndedError, ask_enrolment
    from domain.enrolment.messages import AdminRequest
    from domain.identifiers import object_id_of
    from temporal.failures import words_of

    client = await connect_to_temporal()
    handle = await enrolment_of(client, who)
    request = AdminRequest(actor=getpass.getuser(), reason=reason)
    try:
        async with audited(action, reason=reason, person=object_id_of(handle.id)):
            await ask_enrolment(handle, update, request)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except EnrolmentEndedError:
        fail("This enrolment has ended.")
    out.print(done)
