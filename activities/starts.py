"""Starting one person's enrolment, or finding out why it isn't started."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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

from activities.search_attributes import INVITE_STATUS, search_attributes
from domain.enrolment import EnrolmentInput, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.markdown import escaped
from domain.person import Person
from domain.registration import COUNTED, classify
from domain.status import InviteStatus
from graph.authentication_methods import AuthenticationMethods

STARTED_BY = "StartedBy"


class Fate(StrEnum):
    """What became of a person; the value is the name of the report's count."""

    STARTED = "started"
    ALREADY_ENROLLED = "already_enrolled"
    ALREADY_FINISHED = "already_finished"
    ALREADY_ACTIVE = "already_active"
    LAPSED = "lapsed"
    """Active, but no method any more."""
    CANCELLED = "cancelled"


_BY_STATUS = {
    WorkflowExecutionStatus.RUNNING: Fate.ALREADY_ENROLLED,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: Fate.ALREADY_ENROLLED,
    WorkflowExecutionStatus.COMPLETED: Fate.ALREADY_FINISHED,
    WorkflowExecutionStatus.CANCELED: Fate.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Who is started again though an admin cancelled them, or though they had been active."""

    cancelled: bool = False
    active: bool = False


class EnrolmentStarts:
    """Starts enrolments for the running activity, each person once."""

    def __init__(
        self,
        *,
        client: Client,
        methods: AuthenticationMethods,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``counted`` are the types of method that are a registration."""
        self._client = client
        self._methods = methods
        self._counted = counted

    async def start(self, person: Person, enrolment: EnrolmentInput, again: Again) -> Fate:
        """Start the person; one call for a new one, two more for one who is known.

        Whoever completed without being active, such as after a long leave, is started again.
        """
        if await self._started(person, enrolment, WorkflowIDReusePolicy.REJECT_DUPLICATE):
            return Fate.STARTED
        description = await self._handle(person).describe()
        if await _is_ours(description):
            return Fate.STARTED
        fate, reuse = _verdict(description, again)
        if fate is Fate.STARTED and not await self._started(person, enrolment, reuse):
            return Fate.ALREADY_ENROLLED
        return fate

    async def foresee(self, person: Person, again: Again) -> Fate:
        """Return what ``start`` would do, and start nobody."""
        description = await self._description(person)
        return Fate.STARTED if description is None else _verdict(description, again)[0]

    async def start_active(self, person: Person, enrolment: EnrolmentInput, again: Again) -> Fate:
        """Leave somebody alone whose row says ``Active``, unless they have no method any more.

        Raises:
            RolloutError: the person's methods can't be read.
        """
        description = await self._description(person)
        if description is not None and await _is_ours(description):
            return Fate.STARTED
        if description is not None and description.status is WorkflowExecutionStatus.RUNNING:
            return Fate.ALREADY_ENROLLED
        methods = await self._methods.methods(person.object_id)
        if classify(methods, self._counted).registered:
            return Fate.ALREADY_ACTIVE
        if not again.active:
            return Fate.LAPSED
        started = await self._started(person, enrolment, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        return Fate.STARTED if started else Fate.ALREADY_ENROLLED

    async def _started(
        self, person: Person, enrolment: EnrolmentInput, reuse: WorkflowIDReusePolicy
    ) -> bool:
        try:
            await self._client.start_workflow(
                ENROLMENT_WORKFLOW,
                enrolment,
                id=enrolment_workflow_id(person.object_id),
                task_queue=activity.info().task_queue,
                id_reuse_policy=reuse,
                memo={STARTED_BY: activity.info().workflow_run_id},
                search_attributes=search_attributes(enrolment, EnrolmentState(person=person)),
                static_summary=escaped(f"{person.display_name} ({person.user_principal_name})"),
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
    description: WorkflowExecutionDescription, again: Again
) -> tuple[Fate, WorkflowIDReusePolicy]:
    """Say what becomes of somebody who has an enrolment, and how it may be started again."""
    fate = _BY_STATUS.get(description.status or WorkflowExecutionStatus.FAILED)
    if fate is Fate.ALREADY_FINISHED and _status(description) != InviteStatus.ACTIVE:
        return Fate.STARTED, WorkflowIDReusePolicy.ALLOW_DUPLICATE
    if fate is None or (fate is Fate.CANCELLED and again.cancelled):
        return Fate.STARTED, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
    return fate, WorkflowIDReusePolicy.REJECT_DUPLICATE


async def _is_ours(description: WorkflowExecutionDescription) -> bool:
    """Say whether an earlier attempt of this part started it."""
    return (await description.memo()).get(STARTED_BY) == activity.info().workflow_run_id


def _status(description: WorkflowExecutionDescription) -> str | None:
    return description.typed_search_attributes.get(INVITE_STATUS)
