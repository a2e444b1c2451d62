"""The verbs of the emergency stop: ``mail stop`` and ``mail start``."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import examples
from cli.run import run
from cli.terminal import fail, out

if TYPE_CHECKING:
    from temporalio.workflow import UpdateMethodMultiParam

    from domain.enrolment.messages import AdminRequest
    from workflows.rollout_control import RolloutControlWorkflow

    Update = UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None]

Reason = Annotated[str, typer.Option(help="Why: everybody who looks at the switch sees it.")]

ANSWER_WITHIN = timedelta(seconds=15)

app = typer.Typer(help="Stop all mail of the rollout, and start it again.", no_args_is_help=True)


@app.command(epilog=examples('mfa-rollout mail stop --reason "wrong date in the invitation"'))
def stop(reason: Reason) -> None:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    from workflows.rollout_control import RolloutControlWorkflow

    run(_throw(RolloutControlWorkflow.stop_mail, reason, "Mail is stopped."))


@app.command(epilog=examples('mfa-rollout mail start --reason "the date is right now"'))
def start(reason: Reason) -> None:
    """Let mails leave again; whatever is due is sent, once each."""
    from workflows.rollout_control import RolloutControlWorkflow

    run(_throw(RolloutControlWorkflow.start_mail, reason, "Mail is on again."))


async def _throw(update: "Update", reason: str, done: str) -> None:
    """Throw the switch, which exists once it is thrown first, and say so."""
    import getpass

    from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
    from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswerError
    from temporalio.common import WorkflowIDConflictPolicy

    from cli.temporal import connect_to_temporal
    from domain.enrolment.messages import AdminRequest
    from domain.identifiers import CONTROL_WORKFLOW_ID, TASK_QUEUE
    from temporal.failures import words_of
    from workflows.rollout_control import RolloutControlWorkflow

    client = await connect_to_temporal()
    switch = WithStartWorkflowOperation(
        RolloutControlWorkflow.run,
        None,
        id=CONTROL_WORKFLOW_ID,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary="The switch that stops all mail",
    )
    try:
        await client.execute_update_with_start_workflow(
            update,
            AdminRequest(actor=getpass.getuser(), reason=reason),
            start_workflow_operation=switch,
            rpc_timeout=ANSWER_WITHIN,
        )
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except NoAnswerError:
        fail("No worker answers, so no mail is being sent. Start a worker and try again.")
    out.print(done)
