"""The one way to start an enrolment, whoever starts it: an import, or a click on an older link."""

from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from activities.texts import PEOPLE
from domain.enrolment.messages import LinkClicked, Signal
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.wording.markdown import summary_of
from temporal.encryption.environment import names_of
from temporal.search_attributes import search_attributes, user_principal_name_of


async def start_enrolment(
    client: Client,
    enrolment: EnrolmentInput,
    *,
    state: EnrolmentState,
    display_name: str | None,
    task_queue: str,
    reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.REJECT_DUPLICATE,
    memo: dict[str, Any] | None = None,
    click: LinkClicked | None = None,
    rpc_timeout: timedelta | None = None,
) -> None:
    """Start the enrolment of one person; needs no worker.

    With a ``click`` an enrolment that is running is told of it in the same call, and drops an event
    that it knows.

    Args:
        client: Temporal's.
        enrolment: what the workflow is started with.
        state: what is known of the person, for the search attributes.
        display_name: the person's, for the list of workflows in the Temporal UI.
        task_queue: where the enrolments' workers poll.
        reuse: what becomes of somebody whose enrolment has ended.
        memo: what is noted with the workflow.
        click: a click that begins the enrolment.
        rpc_timeout: how long Temporal may take.

    Raises:
        WorkflowAlreadyStartedError: the person has an enrolment already.
        RPCError: Temporal can't be reached.
    """
    signal: dict[str, Any] = {}
    if click is not None:
        signal = {"start_signal": Signal.LINK_CLICKED, "start_signal_args": [click]}
    name = PEOPLE["named" if display_name else "unnamed"].format(
        name=display_name, user_principal_name=enrolment.user_principal_name
    )
    upn = names_of(client).attribute(user_principal_name_of(enrolment, state))
    await client.start_workflow(
        ENROLMENT_WORKFLOW,
        enrolment,
        id=enrolment_workflow_id(enrolment.object_id),
        task_queue=task_queue,
        id_reuse_policy=reuse,
        memo=memo,
        search_attributes=search_attributes(enrolment, state, hidden_upn=upn),
        static_summary=summary_of(name),
        rpc_timeout=rpc_timeout,
        **signal,
    )
