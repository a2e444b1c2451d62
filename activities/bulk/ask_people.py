"""Asking many enrolments for the same thing, each once."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.bulk.turns import Turns, about_temporal, go_through
from activities.enrolment.ask import EnrolmentEndedError, ask_enrolment
from domain.bulk.records import UPDATES, BulkInput, Outcome, PersonOutcome
from domain.enrolment.messages import AdminRequest
from domain.identifiers import enrolment_workflow_id
from domain.tables.rollout import RequestState
from temporal.updates import Answer

if TYPE_CHECKING:
    from database.requests.requests import Requests

ANSWER_WITHIN = timedelta(seconds=10)
ANSWERS = {Answer.DONE: PersonOutcome.DONE, Answer.RECORDED: PersonOutcome.RECORDED}


class BulkActivities:
    """The steps of a request about many people."""

    def __init__(
        self,
        *,
        client: Client,
        requests: "Requests",
        turns: Turns,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        """Take Temporal's client, our tables, and the turns that all runs share."""
        self._client = client
        self._requests = requests
        self._turns = turns
        self._answer_within = answer_within

    @activity.defn
    async def ask_people(self, input: BulkInput) -> None:
        """Ask everybody of a request who has no outcome yet, and record what became of them.

        Idempotent: the id of an update is made of the request and the person, so whoever is asked
        again by a later attempt does it once.

        Raises:
            DatabaseUnavailable: retried; so is Temporal's absence.
        """
        if not await self._requests.begin(input.request_id):
            return

        async def work(object_id: str) -> Outcome | None:
            return await self._turns.take(lambda: self._ask(input, object_id))

        await go_through(input.request_id, self._requests, work)

    @activity.defn
    async def try_again(self, request_id: str) -> int:
        """Let people wait again who weren't reached; return how many they are."""
        return await self._requests.try_again(request_id)

    @activity.defn
    async def finish_request(self, request_id: str, state: RequestState) -> dict[str, int]:
        """Record how the request ended, in the audit log, too; return how many have which outcome.

        Idempotent. People whose turn never came are told as stopped.
        """
        record = await self._requests.finish(request_id, state)
        counts: dict[str, int] = {}
        for one in record.counts if record else ():
            if one.outcome is not None:
                counts[one.outcome] = counts.get(one.outcome, 0) + one.people
        return counts

    async def _ask(self, input: BulkInput, object_id: str) -> Outcome:
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        request = AdminRequest(
            actor=input.actor,
            reason=input.reason,
            request_id=f"{input.request_id}/{object_id}",
        )
        update = UPDATES[input.action]
        try:
            answer = await ask_enrolment(handle, update, request, within=self._answer_within)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            reason = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
            return Outcome(outcome=PersonOutcome.REFUSED, reason=reason)
        except EnrolmentEndedError:
            done = await _was_done(handle, request.request_id, self._answer_within)
            return Outcome(outcome=PersonOutcome.DONE if done else PersonOutcome.ENDED)
        except RPCError as error:
            return Outcome(outcome=about_temporal(error), reason=error.status.name)
        return Outcome(outcome=ANSWERS[answer])


async def _was_done(handle: WorkflowHandle[Any, Any], update_id: str, within: timedelta) -> bool:
    """Say whether an earlier attempt has asked this enrolment, which ended since.

    Raises:
        ServiceUnavailable: Temporal can't say.
    """
    try:
        await handle.get_update_handle(update_id).result(rpc_timeout=within)
    except (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError):
        return False
    except RPCError as error:
        about_temporal(error)
        return False
    return True
