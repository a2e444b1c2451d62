"""When mails may leave, by the worker's time zones: what a workflow may not compute by itself."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

from temporalio import activity

from domain.enrolment.mail.send_times import Question
from domain.enrolment.policy import Policy
from domain.failures import PermanentFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTimeInput:
    """What is asked, about which instant, for whom."""

    question: Question
    at: datetime
    object_id: str
    policy: Policy


class SendWindowActivities:
    """Answers from the time-zone database of the worker; the answer stays in the history."""

    @activity.defn
    async def send_time(self, input: SendTimeInput) -> datetime:
        """Return when a mail leaves that is due then, or when the grace that began then is over.

        Reads nothing but the time-zone database. Idempotent, but for updates of that.

        Raises:
            PermanentFailure: the zone is unknown to this worker, or the window never opens; tried
                again in an hour by the workflow (not retried).
        """
        return send_time(input)


def send_time(input: SendTimeInput) -> datetime:
    """Answer a question about an instant, by this machine's time-zone database.

    Raises:
        PermanentFailure: the zone is unknown to this worker, or the window never opens.
    """
    window = input.policy.window
    try:
        if input.question is Question.GRACE_END:
            return window.after_sending_days(input.at, input.policy.escalation_grace)
        return window.next_open_for(input.at, input.object_id)
    except ZoneInfoNotFoundError:
        raise PermanentFailure(
            f"The worker doesn't know the time zone {window.time_zone}: update its tzdata."
        ) from None
    except (ValueError, OverflowError):
        raise PermanentFailure(
            "SEND_DAYS and NO_SEND_DATES left no day on which a mail could leave when this "
            "person was imported: cancel, and import them again with other days."
        ) from None
