"""A world for workflow tests: activities under their real names that record what was done.

It stands where Graph would be, so that weeks can pass in milliseconds; what Graph really does is
tested with the activities. Change its attributes to change what the world is like.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities.enrolment.account import AwaitEnabledInput
from activities.enrolment.first_row import (
    IntakeInput,
    IntakeResult,
    first_write,
    look_up_send_time,
)
from activities.enrolment.send_time import SendTimeInput, SendWindowActivities
from activities.mail.inputs import Delivered, DeliverMailInput, WithdrawMailInput
from activities.mail.row_after_mail import row_after
from activities.registration.poll import AwaitRegistrationInput, PollEnd
from activities.tracking_list.row_writes import WriteRowInput
from activities.tracking_list.write_row import WriteRowResult
from domain.enrolment.state import EnrolmentState
from domain.failures import FailureType, UserNotFound
from domain.mail.content import Withheld
from domain.person import Person
from domain.registration.methods import TIMES_MISSING
from domain.status import GroupAnswer, MailKind
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.story import StoryEvent
from domain.tracking_list.adoption import adopt, begin
from domain.tracking_list.columns import Fields, changed, item_fields
from domain.tracking_list.problem_column import with_sentence
from temporal.encryption.names import UserPrincipalNames
from temporal.failures import as_application_error, waiting
from tests.support.obstacles import Obstacles


@dataclass
class World(Obstacles):
    """One user's surroundings, and everything that was done in them."""

    client: Client | None = None
    person: Person = field(
        default_factory=lambda: Person(
            object_id=str(uuid4()),
            user_principal_name="ada@contoso.example",
            display_name="Ada Lovelace",
            mail="ada@contoso.example",
            department="Research",
        )
    )
    registered: bool = False
    missing: bool = False
    gone: bool = False
    excluded: bool = False
    withheld: Withheld | None = None
    manager_upn: str | None = "boss@contoso.example"
    # How the worker writes names into search attributes.
    names: UserPrincipalNames = field(default_factory=UserPrincipalNames)
    drafts: dict[str, MailKind] = field(default_factory=dict)
    deliveries: list[DeliverMailInput] = field(default_factory=list)
    mails: list[MailKind] = field(default_factory=list)
    sent_at: list[datetime] = field(default_factory=list)
    # What was withdrawn, and of that, what had a draft.
    withdrawn: list[MailKind] = field(default_factory=list)
    discarded: list[MailKind] = field(default_factory=list)
    # Whether Microsoft leaves it open that mails were sent.
    unconfirmed: bool = False
    # How long ago mails left, when that becomes known.
    known_after: timedelta = timedelta(0)
    # Whether mails write rows where they are asked to, and whether the enrolment isn't told.
    mails_write_rows: bool = False
    loses_rows: bool = False
    # The user's row; what a test puts into it beforehand is adopted.
    row: Fields = field(default_factory=dict)
    writes: list[Fields] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    # The database's row, each time that it was written, and the story.
    records: list[EnrolmentRecord] = field(default_factory=list)
    story: list[StoryEvent] = field(default_factory=list)
    group_adds: int = 0
    polls: list[AwaitRegistrationInput] = field(default_factory=list)
    # Types of method that nobody knows, and who the directory describes at the next daily look.
    unknown_methods: tuple[str, ...] = ()
    described: Person | None = None

    @activity.defn
    async def look_up_and_adopt(self, input: IntakeInput) -> IntakeResult:
        """Begin with a row: the one that there is, else a new one."""
        await self.enter("look_up_and_adopt")
        enrolment = input.enrolment
        if self.missing:
            if activity.info().attempt >= TIMES_MISSING:
                raise as_application_error(UserNotFound("No such user."))
            delay = enrolment.policy.gone_after / (TIMES_MISSING - 1)
            raise waiting("Not known (yet).", type=FailureType.USER_MISSING, next_retry_delay=delay)
        at = activity.info().started_time
        state = EnrolmentState(person=self.person, item_id="1", excluded=self.excluded)
        if self.row:
            in_group = self.row.get("InGroup") is True
            adopt(state, self.row, enrolment.policy, now=at, in_group=in_group)
        else:
            new = changed(item_fields(enrolment, state), {})
            self.row.update((k, v) for k, v in new.items() if k not in self.refused)
        begin(state, input.early, at, registered=self.registered)
        if "send_time" not in self.failures:
            look_up_send_time(enrolment, state, at)
        written = dict(self.row)
        row = first_write(input, state, written, at)
        if row is not None:
            self._record(row)
        hidden_upn = self.names.hidden(self.person.user_principal_name)
        return IntakeResult(state=state, written=written, row=row, hidden_upn=hidden_upn)

    @activity.defn
    async def deliver_mail(self, input: DeliverMailInput) -> Delivered:
        """Make a draft and let it leave, or say why not."""
        await self.enter("deliver_mail")
        self.deliveries.append(input)
        escalation = input.kind is MailKind.ESCALATION
        if reason := self._reason_to_withhold(escalation=escalation):
            return Delivered(withheld=reason, person=self.person)
        self.drafts[input.key] = input.kind
        # Two gates of their own: the draft exists and a cancellation ends the attempt, or the
        # request that sends is under way and is seen to its end.
        await self.enter("draft_made")
        await self.enter("sending")
        if input.key in self.drafts:
            self.mails.append(self.drafts.pop(input.key))
        self.sent_at.append(activity.info().started_time - self.known_after)
        delivered = Delivered(
            sent_at=self.sent_at[-1],
            unconfirmed=self.unconfirmed,
            person=self.person,
            manager_upn=self.manager_upn if escalation else None,
        )
        if input.begun is None or not self.mails_write_rows:
            return delivered
        if self.records and self.records[-1].revision > input.begun.state.revision:
            return delivered
        row = row_after(input.begun, input, delivered, activity.info().started_time)
        changes = with_sentence(row.changes)
        self.row.update(changes)
        self.writes.append(changes)
        self._record(row)
        await self.enter("mail_row_written")
        return delivered if self.loses_rows else replace(delivered, row=row)

    @activity.defn
    async def withdraw_mail(self, input: WithdrawMailInput) -> Delivered:
        """Throw the draft away, if there is one."""
        await self.enter("withdraw_mail")
        self.withdrawn.append(input.kind)
        if kind := self.drafts.pop(input.key, None):
            self.discarded.append(kind)
        return Delivered()

    def _reason_to_withhold(self, *, escalation: bool) -> Withheld | None:
        if self.registered:
            return Withheld.REGISTERED
        if not self.person.account_enabled:
            return Withheld.DISABLED
        if self.excluded:
            return Withheld.EXCLUDED
        if escalation and self.manager_upn is None:
            return Withheld.NO_MANAGER
        return self.withheld

    @activity.defn
    async def add_to_group(self, object_id: str) -> GroupAnswer:
        """Add the user, unless they are excluded."""
        await self.enter("add_to_group")
        if self.excluded:
            return GroupAnswer.EXCLUDED
        self.group_adds += 1
        return GroupAnswer.ADDED

    @activity.defn
    async def write_row(self, input: WriteRowInput) -> WriteRowResult:
        """Write to the row."""
        await self.enter("write_row")
        changes = with_sentence(input.changes)
        self.row.update({k: v for k, v in changes.items() if k not in self.refused})
        if changes:
            self.writes.append(changes)
        self._record(input)
        refused = tuple(name for name in input.changes if name in self.refused)
        upn = self.names.hidden(input.record.upn) if input.record.upn else None
        return WriteRowResult(item_id=input.item_id or "1", refused=refused, hidden_upn=upn)

    def _record(self, write: WriteRowInput) -> None:
        self.records.append(write.record)
        known = {(event.run_id, event.number) for event in self.story}
        self.story += [e for e in write.events if (e.run_id, e.number) not in known]

    @activity.defn
    async def await_registration(self, input: AwaitRegistrationInput) -> PollEnd | Person:
        """Look once."""
        self.polls.append(input)
        await self.enter("await_registration")
        if self.gone:
            return PollEnd.GONE
        if self.registered:
            return PollEnd.REGISTERED
        if self.unknown_methods != input.unknown_methods:
            raise ApplicationError(
                f"Unknown types: {', '.join(self.unknown_methods)}.",
                *self.unknown_methods,
                type=FailureType.UNKNOWN_METHODS,
                non_retryable=True,
            )
        if self.described is not None and self.described != input.person:
            return self.described
        interval = input.policy.poll_interval
        raise waiting(
            "No MFA method yet.", type=FailureType.NOT_REGISTERED, next_retry_delay=interval
        )

    @activity.defn
    async def await_enabled(self, input: AwaitEnabledInput) -> Person:
        """Look at the account once."""
        await self.enter("await_enabled")
        if self.person.account_enabled:
            return self.person
        delay = input.policy.disabled_recheck
        raise waiting("Still disabled.", type=FailureType.STILL_DISABLED, next_retry_delay=delay)

    @activity.defn
    async def request_cancellation(self) -> None:
        """Cancel the calling workflow."""
        await self.enter("request_cancellation")
        assert self.client is not None
        await self.client.get_workflow_handle(str(activity.info().workflow_id)).cancel()

    @activity.defn
    async def send_time(self, input: SendTimeInput) -> datetime:
        """Answer as every worker does."""
        await self.enter("send_time")
        return await SendWindowActivities().send_time(input)

    def disable(self) -> None:
        """Disable the account."""
        self.person = replace(self.person, account_enabled=False)

    def enable(self) -> None:
        """Enable the account."""
        self.person = replace(self.person, account_enabled=True)

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """List what a worker needs."""
        return [
            self.look_up_and_adopt,
            self.deliver_mail,
            self.withdraw_mail,
            self.add_to_group,
            self.write_row,
            self.await_registration,
            self.await_enabled,
            self.request_cancellation,
            self.send_time,
        ]


Handle = WorkflowHandle[Any, Any]
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
