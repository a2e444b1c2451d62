"""Starting one person's enrolment, or finding out why it isn't started."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.enrolment.start import start_enrolment
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.identifiers import enrolment_workflow_id
from domain.imports.report import StartOutcome
from domain.person import Person
from domain.registration.methods import COUNTED, classify
from domain.status import InviteStatus
from temporal.memos import memo_of
from temporal.search_attributes import INVITE_STATUS

if TYPE_CHECKING:
    from graph.authentication_methods import AuthenticationMethods

STARTED_BY = "StartedBy"


_BY_STATUS = {
    WorkflowExecutionStatus.RUNNING: StartOutcome.ALREADY_ENROLLED,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: StartOutcome.ALREADY_ENROLLED,
    WorkflowExecutionStatus.COMPLETED: StartOutcome.ALREADY_FINISHED,
    WorkflowExecutionStatus.CANCELED: StartOutcome.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartRules:
    """Whether people are started again whom an admin cancelled, or who had been active."""

    cancelled: bool = False
    active: bool = False


class EnrolmentStarter:
    """Starts enrolments for the running activity, each person once."""

    def __init__(
        self,
        *,
        client: Client,
        methods: "AuthenticationMethods",
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``counted`` are the types of method that are a registration."""
        self._client = client
        self._methods = methods
        self._counted = counted

    async def start(
        self,
        person: Person,
        enrolment: EnrolmentInput,
        restart: RestartRules,
        *,
        was_cancelled: bool = False,
    ) -> StartOutcome:
        """Start the person: one call for a new one, two more for one who has an enrolment.

        A person who completed without being active, such as after a long leave, is started again.
        ``was_cancelled`` says that our tables have the enrolment as cancelled, whatever Temporal
        knows: an undo cancels people who were done, and histories are kept for a while only.
        """
        if was_cancelled and not restart.cancelled:
            return await self.look_up(person, restart, was_cancelled=True)
        if await self._started(person, enrolment, WorkflowIDReusePolicy.REJECT_DUPLICATE):
            return StartOutcome.STARTED
        description = await self._handle(person).describe()
        if await _is_ours(description):
            return StartOutcome.STARTED
        outcome, reuse = _verdict(description, restart, was_cancelled)
        if outcome is StartOutcome.STARTED and not await self._started(person, enrolment, reuse):
            return StartOutcome.ALREADY_ENROLLED
        return outcome

    async def look_up(
        self, person: Person, restart: RestartRules, *, was_cancelled: bool = False
    ) -> StartOutcome:
        """Return what ``start`` would do, and start nobody."""
        description = await self._description(person)
        if description is None:
            left_alone = was_cancelled and not restart.cancelled
            return StartOutcome.CANCELLED if left_alone else StartOutcome.STARTED
        return _verdict(description, restart, was_cancelled)[0]

    async def start_active(
        self, person: Person, enrolment: EnrolmentInput, restart: RestartRules
    ) -> StartOutcome:
        """Leave somebody alone whose row says ``Active``, unless they have no method any more.

        Raises:
            RolloutError: the person's methods can't be read.
        """
        description = await self._description(person)
        if description is not None and await _is_ours(description):
            return StartOutcome.STARTED
        if description is not None and description.status is WorkflowExecutionStatus.RUNNING:
            return StartOutcome.ALREADY_ENROLLED
        methods = await self._methods.methods(person.object_id)
        if classify(methods, self._counted).registered:
            return StartOutcome.ALREADY_ACTIVE
        if not restart.active:
            return StartOutcome.LAPSED
        started = await self._started(person, enrolment, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        return StartOutcome.STARTED if started else StartOutcome.ALREADY_ENROLLED

    async def _started(
        self, person: Person, enrolment: EnrolmentInput, reuse: WorkflowIDReusePolicy
    ) -> bool:
        try:
            await start_enrolment(
                self._client,
                enrolment,
                state=EnrolmentState(person=person),
                display_name=person.display_name,
                task_queue=activity.info().task_queue,
                reuse=reuse,
                memo={STARTED_BY: activity.info().workflow_run_id},
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _description(self, person: Person) -> WorkflowExecutionDescription | None:
        try:
            return await self._handle(person).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    def _handle(self, person: Person) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(enrolment_workflow_id(person.object_id))


def _verdict(
    description: WorkflowExecutionDescription, restart: RestartRules, was_cancelled: bool
) -> tuple[StartOutcome, WorkflowIDReusePolicy]:
    """Say what becomes of somebody who has an enrolment, and how it may be started again."""
    outcome = _BY_STATUS.get(description.status or WorkflowExecutionStatus.FAILED)
    if was_cancelled and outcome is not StartOutcome.ALREADY_ENROLLED:
        if restart.cancelled:
            return StartOutcome.STARTED, WorkflowIDReusePolicy.ALLOW_DUPLICATE
        return StartOutcome.CANCELLED, WorkflowIDReusePolicy.REJECT_DUPLICATE
    if outcome is StartOutcome.ALREADY_FINISHED and _status(description) != InviteStatus.ACTIVE:
        return StartOutcome.STARTED, WorkflowIDReusePolicy.ALLOW_DUPLICATE
    if outcome is None or (outcome is StartOutcome.CANCELLED and restart.cancelled):
        return StartOutcome.STARTED, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
    return outcome, WorkflowIDReusePolicy.REJECT_DUPLICATE


async def _is_ours(description: WorkflowExecutionDescription) -> bool:
    """Say whether an earlier attempt of this part started it."""
    return (await memo_of(description)).get(STARTED_BY) == activity.info().workflow_run_id


def _status(description: WorkflowExecutionDescription) -> str | None:
    return description.typed_search_attributes.get(INVITE_STATUS)
