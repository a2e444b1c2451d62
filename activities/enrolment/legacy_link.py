"""Starting somebody's enrolment by the click on an older system's link."""

from enum import StrEnum

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.enrolment.start import start_enrolment
from domain.enrolment.messages import LegacyLinkClicked, LinkClicked
from domain.enrolment.state import EnrolmentState
from domain.tracking_list.row import display_name_in, enrolment_of_row, status_in


class LegacyLinkOutcome(StrEnum):
    """What came of a click on an older link."""

    STARTED = "started"
    UNKNOWN_PERSON = "unknown person"
    ENDED = "ended"


class LegacyLinkActivities:
    """Starts enrolments from rows of the tracking list."""

    def __init__(self, *, client: Client) -> None:
        """Take the client."""
        self._client = client

    @activity.defn
    async def start_from_row(self, clicked: LegacyLinkClicked, object_id: str) -> LegacyLinkOutcome:
        """Start the person's enrolment with this click, or tell the one that is running.

        Idempotent: the same event counts once.
        """
        enrolment = enrolment_of_row(
            object_id,
            clicked.fields,
            event_id=clicked.event_id,
            policy=clicked.policy,
            senders=clicked.senders,
        )
        try:
            await start_enrolment(
                self._client,
                enrolment,
                state=EnrolmentState(status=status_in(clicked.fields)),
                display_name=display_name_in(clicked.fields),
                task_queue=activity.info().task_queue,
                click=LinkClicked(event_id=clicked.event_id, at=clicked.at),
            )
        except WorkflowAlreadyStartedError:
            return LegacyLinkOutcome.ENDED
        return LegacyLinkOutcome.STARTED
