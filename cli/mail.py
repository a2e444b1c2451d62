"""The verbs of the emergency stop: ``mail stop`` and ``mail start``."""

import getpass
from datetime import timedelta

import typer
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswerError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from cli.people import Reason
from cli.verbs import fail, out, run, words_of
from domain.enrolment.messages import AdminRequest
from domain.identifiers import CONTROL_WORKFLOW_ID, TASK_QUEUE
from temporal.connect import connect
from workflows.rollout_control import RolloutControlWorkflow

ANSWER_WITHIN = timedelta(seconds=15)

app = typer.Typer(help="Stop all mail of the rollout, and start it again.", no_args_is_help=True)


@app.command()
def stop(reason: Reason) -> None:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    _throw(RolloutControlWorkflow.stop_mail, reason, "Mail is stopped.")


@app.command()
def start(reason: Reason) -> None:
    """Let mails leave again; whatever is due is sent, once each."""
    _throw(RolloutControlWorkflow.start_mail, reason, "Mail is on again.")


def _throw(
    update: UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None],
    reason: str,
    done: str,
) -> None:
    async def throw() -> None:
        client = await connect()
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

    run(throw())
