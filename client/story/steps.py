"""What the events of a history tell of a person: the type of each decides, never a summary."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType, RetryState
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from activities.mail.inputs import Delivered, DeliverMailInput, WithdrawMailInput
from activities.registration.poll import PollEnd
from client.story import texts
from client.story.texts import Ending, Told
from domain.enrolment.messages import AdminAsked, AdminRequest, MailBounced, Signal, Update
from domain.enrolment.state import EnrolmentResult
from domain.failures import FailureType
from domain.standing.sentences import ended_sentence
from domain.status import GroupAnswer
from domain.tables.mail import MailOrigin
from domain.wording.markdown import unescaped
from domain.wording.sentence import sentence
from workflows.enrolment.texts import mail_name

T = TypeVar("T")
# How a look at the registration ends that found nothing to tell.
NOTHING_YET = {FailureType.NOT_REGISTERED, FailureType.USER_MISSING}
ENDINGS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: Ending.CANCELLED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: Ending.TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: Ending.TIMED_OUT,
}

# What is told of an activity that has done its work, whatever its result.
DONE = {
    texts.LOOK_UP: Told.LOOKED_UP,
    texts.ADD_TO_GROUP: Told.ADDED_TO_GROUP,
    texts.AWAIT_ENABLED: Told.ENABLED,
}
SEEN = {PollEnd.REGISTERED: Told.REGISTERED, PollEnd.GONE: Told.GONE}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the story; ``at`` is aware UTC."""

    at: datetime
    text: str


@dataclass(slots=True)
class Story:
    """Tells the events of one run, in their order."""

    converter: DataConverter
    _activities: dict[int, tuple[str, Payloads]] = field(default_factory=dict)
    # What the mails are called that were begun in this run, and whose delivery has failed.
    _mails: dict[str, str] = field(default_factory=dict)
    _failed_mails: set[str] = field(default_factory=set)
    _last: str | None = None

    async def line(self, event: HistoryEvent) -> Line | None:
        """Return what an event adds to the story, None where that is nothing."""
        text = await self._text(event)
        if not text:
            return None
        self._last = text
        return Line(event.event_time.ToDatetime().replace(tzinfo=UTC), text)

    def _once(self, text: str) -> str | None:
        """Return what holds the enrolment up, None where that was the last thing told."""
        return text if text != self._last else None

    async def _text(self, event: HistoryEvent) -> str | None:
        text: str | None = None
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                text = await self._started(event)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                signalled = event.workflow_execution_signaled_event_attributes
                text = await self._signal(signalled.signal_name, signalled.input)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                asked = event.workflow_execution_update_accepted_event_attributes
                text = await self._request(asked.accepted_request.input)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
                ended = event.workflow_execution_completed_event_attributes
                text = ended_sentence((await self._read(ended.result, EnrolmentResult)).outcome)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
                failure = event.workflow_execution_failed_event_attributes.failure
                text = texts.ENDINGS[Ending.FAILED].format(reason=failure.message)
            case other if other in ENDINGS:
                text = texts.ENDINGS[ENDINGS[other]]
            case _:
                text = await self._activity(event)
        return text

    async def _activity(self, event: HistoryEvent) -> str | None:
        text: str | None = None
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                activity = (scheduled.activity_type.name, scheduled.input)
                self._activities[event.event_id] = activity
                # A delivery that is cancelled has no result that would name the mail.
                if activity[0] == texts.DELIVER_MAIL:
                    await self._mail(*activity)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                text = await self._done(completed.scheduled_event_id, completed.result)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                failed = event.activity_task_failed_event_attributes
                # Where the time for attempts was over, the same is done more patiently.
                if failed.retry_state != RetryState.RETRY_STATE_TIMEOUT:
                    text = await self._failed(failed.scheduled_event_id, failed.failure)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
                timed_out = event.activity_task_timed_out_event_attributes
                name, _ = self._activities[timed_out.scheduled_event_id]
                if name == texts.AWAIT_ENABLED:
                    text = texts.STEPS[Told.DISABLED_TOO_LONG]
        return text

    async def _started(self, event: HistoryEvent) -> str | None:
        started = event.workflow_execution_started_event_attributes
        if started.continued_execution_run_id:
            # A long history only goes on in a new run.
            return None
        who = await self._summary(event.user_metadata.summary)
        return texts.STEPS[Told.STARTED if who else Told.STARTED_UNNAMED].format(who=who)

    async def _done(self, scheduled: int, result: Payloads) -> str | None:
        """Tell what an activity did; the list's mirror follows the other steps, and isn't told."""
        name, given = self._activities[scheduled]
        if name == texts.DELIVER_MAIL:
            return await self._delivered(given, result)
        if name == texts.WITHDRAW_MAIL:
            return await self._withdrawn(given, result)
        told = DONE.get(name)
        if name == texts.ADD_TO_GROUP:
            answer = await self._read(result, GroupAnswer)
            told = Told.NOT_ADDED if answer is GroupAnswer.EXCLUDED else told
        elif name == texts.AWAIT_REGISTRATION:
            # Either a word of ``PollEnd``, or the user as the directory describes them now.
            (seen,) = await self.converter.decode(list(result.payloads))
            told = SEEN[PollEnd(seen)] if isinstance(seen, str) else Told.DETAILS_CHANGED
        return texts.STEPS[told] if told else None

    async def _delivered(self, given: Payloads, result: Payloads) -> str | None:
        """Tell what became of a mail; of one that is withdrawn, its withdrawal tells."""
        mail = await self._mail(texts.DELIVER_MAIL, given)
        delivered = await self._read(result, Delivered)
        if delivered.withheld is not None:
            return self._once(texts.WITHHELD[delivered.withheld].format(mail=mail))
        return _sent(mail, delivered)

    async def _withdrawn(self, given: Payloads, result: Payloads) -> str | None:
        """Tell what a withdrawal found; that a delivery failed has been told already."""
        mail = await self._mail(texts.WITHDRAW_MAIL, given)
        withdrawn = await self._read(result, Delivered)
        if text := _sent(mail, withdrawn):
            return text
        key = (await self._read(given, WithdrawMailInput)).key
        if key in self._failed_mails:
            return None
        return texts.STEPS[Told.WITHDRAWN].format(mail=mail)

    async def _failed(self, scheduled: int, failure: Failure) -> str | None:
        name, given = self._activities[scheduled]
        kind = failure.application_failure_info.type
        if kind in NOTHING_YET or name not in texts.FAILED:
            return None
        if kind == FailureType.UNKNOWN_METHODS:
            types = await self.converter.decode(
                list(failure.application_failure_info.details.payloads)
            )
            names = ", ".join(str(one) for one in types)
            return texts.STEPS[Told.UNKNOWN_METHODS].format(types=names) if names else None
        mail = await self._mail(name, given)
        if name == texts.DELIVER_MAIL:
            self._failed_mails.add((await self._read(given, DeliverMailInput)).key)
        told = texts.FAILED[name].format(mail=mail, reason=failure.message)
        return self._once(sentence(told))

    async def _mail(self, name: str, given: Payloads) -> str:
        """Return what the mail is called that an activity is about, empty for other activities."""
        if name == texts.DELIVER_MAIL:
            wanted = await self._read(given, DeliverMailInput)
            resend = wanted.origin is not MailOrigin.SCHEDULE
            self._mails[wanted.key] = mail_name(wanted.kind, resend=resend)
            return self._mails[wanted.key]
        if name == texts.WITHDRAW_MAIL:
            unwanted = await self._read(given, WithdrawMailInput)
            return self._mails.get(unwanted.key) or mail_name(unwanted.kind, resend=False)
        return ""

    async def _signal(self, name: str, given: Payloads) -> str:
        if name not in set(Signal):
            return texts.STEPS[Told.UNKNOWN_SIGNAL].format(name=name)
        text = texts.SIGNALS[Signal(name)]
        if name == Signal.ADMIN_ASKED:
            asked = await self._read(given, AdminAsked)
            request = texts.REQUESTS[asked.update]
            values = {"actor": asked.request.actor, "reason": asked.request.reason}
            return text.format(request=sentence(request.format_map(values)))
        if name != Signal.MAIL_BOUNCED:
            return text
        bounced = await self._read(given, MailBounced)
        code = f" ({bounced.code})" if bounced.code else ""
        return text.format(mail=mail_name(bounced.kind, resend=False), code=code)

    async def _request(self, asked: Any) -> str | None:
        if asked.name not in set(Update):
            return None
        request = await self._read(asked.args, AdminRequest)
        text = texts.REQUESTS[Update(asked.name)]
        return sentence(text.format(actor=request.actor, reason=request.reason))

    async def _summary(self, payload: Payload) -> str:
        if not payload.data:
            return ""
        return unescaped(str((await self.converter.decode([payload], [str]))[0]))

    async def _read(self, payloads: Payloads, kind: type[T]) -> T:
        values: list[T] = await self.converter.decode(list(payloads.payloads), [kind])
        return values[0]


def _sent(mail: str, delivered: Delivered) -> str | None:
    if delivered.sent_at is None:
        return None
    told = Told.UNCONFIRMED if delivered.unconfirmed else Told.SENT
    return texts.STEPS[told].format(mail=mail)
