"""Adding people to the enforcement group whose enrolments have ended, as an admin asks."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from activities.bulk.ask_people import ANSWER_WITHIN, ANSWERS
from activities.bulk.turns import Turns, about_temporal, go_through
from activities.enrolment.ask import EnrolmentEndedError, ask_enrolment
from activities.enrolment.group import GroupActivities
from activities.tracking_list.own_row import read_own
from domain.bulk.records import BulkInput, GroupReason, Outcome, PersonOutcome
from domain.enrolment.messages import AdminRequest, RequestRefusal, Update
from domain.failures import NotFound, PermanentFailure
from domain.identifiers import enrolment_workflow_id
from domain.plain_text import bounded_line
from domain.status import EnrolmentEnd, GroupAnswer
from domain.tracking_list.columns import iso

if TYPE_CHECKING:
    from database.requests.group import GroupCandidate
    from database.requests.requests import Requests
    from domain.tables.values import Json
    from graph.tracking_list import TrackingList


class GroupRequestActivities:
    """The step of a request that adds people to the enforcement group."""

    def __init__(
        self,
        *,
        client: Client,
        requests: "Requests",
        group: GroupActivities,
        tracking_list: "TrackingList",
        turns: Turns,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        """Take the clients, our tables, and the turns that all runs share."""
        self._client = client
        self._requests = requests
        self._group = group
        self._list = tracking_list
        self._turns = turns
        self._answer_within = answer_within

    @activity.defn
    async def add_people_to_group(self, input: BulkInput) -> None:
        """Add everybody of a request who has no outcome yet; then list, row and story say so.

        Only people who have registered, and nobody who is excluded, or whose enrolment was
        cancelled. An enrolment that runs is asked to try again, and adds the person itself.
        Idempotent.

        Raises:
            PassingFailure: a service is away, or asks us to slow down; retried.
        """
        if not await self._requests.begin(input.request_id):
            return

        async def work(object_id: str) -> Outcome | None:
            return await self._turns.take(lambda: self._add(input, object_id))

        await go_through(input.request_id, self._requests, work)

    async def _add(self, input: BulkInput, object_id: str) -> Outcome | None:
        person = await self._requests.candidate(object_id)
        if person is None:
            return Outcome(outcome=PersonOutcome.ENDED)
        if refused := _refused(person):
            return refused
        try:
            if person.ended is None:
                return await self._ask(input, object_id)
            return await self._add_ended(input, person)
        except RPCError as error:
            return Outcome(outcome=about_temporal(error), reason=error.status.name)
        except PermanentFailure as failure:
            reason = bounded_line(str(failure))
            return Outcome(outcome=PersonOutcome.NOT_REACHED, reason=reason)

    async def _ask(self, input: BulkInput, object_id: str) -> Outcome:
        """Let the enrolment add the person: it alone writes their row while it runs."""
        request = AdminRequest(
            actor=input.actor,
            reason=input.reason,
            request_id=f"{input.request_id}/{object_id}",
        )
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        try:
            answer = await ask_enrolment(handle, Update.RETRY, request, within=self._answer_within)
        except WorkflowUpdateFailedError:
            reason = RequestRefusal.RETRY_NOT_NEEDED
            return Outcome(outcome=PersonOutcome.REFUSED, reason=reason)
        except EnrolmentEndedError:
            # Its last row isn't in the tables yet.
            return Outcome(outcome=PersonOutcome.NOT_REACHED, reason=PersonOutcome.ENDED)
        return Outcome(outcome=ANSWERS[answer], reason=GroupReason.BY_ENROLMENT)

    async def _add_ended(self, input: BulkInput, person: "GroupCandidate") -> Outcome | None:
        answer = await self._group.add_to_group(person.object_id)
        if answer is GroupAnswer.EXCLUDED:
            return Outcome(outcome=PersonOutcome.REFUSED, reason=GroupReason.EXCLUDED)
        added, at = answer is GroupAnswer.ADDED, datetime.now(UTC)
        written: dict[str, Json] = {
            "InGroup": True,
            "AddedToGroupDate": iso(person.added_to_group_at or at),
        }
        row = await read_own(self._list, person.item_id, person.object_id)
        if row is not None:
            try:
                await self._list.update(row.id, written)
            except NotFound:
                await self._list.check()
        await self._requests.added(
            input.request_id,
            person,
            Outcome(
                outcome=PersonOutcome.DONE,
                reason=None if added else GroupReason.ALREADY_MEMBER,
            ),
            at=at,
            written=written,
            by_us=added,
            actor=input.actor,
        )
        return None  # it is recorded with the change itself


def _refused(person: "GroupCandidate") -> Outcome | None:
    """Return why somebody isn't added, as far as our tables know; None where they may be."""
    if person.ended not in {None, EnrolmentEnd.ACTIVE}:
        return Outcome(outcome=PersonOutcome.ENDED, reason=person.ended)
    if not person.is_registered:
        return Outcome(outcome=PersonOutcome.REFUSED, reason=GroupReason.NOT_REGISTERED)
    if person.is_member:
        return Outcome(outcome=PersonOutcome.REFUSED, reason=GroupReason.ALREADY_MEMBER)
    return None
