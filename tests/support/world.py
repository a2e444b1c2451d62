"""A world for workflow tests: activities under their real names that record what was done.

It stands where Graph would be, so that weeks can pass in milliseconds; what Graph really does is
tested with the activities. Change its attributes to change what the world is like.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities.directory import AwaitEnabledInput
from activities.failures import waiting
from activities.intake import TakenIn
from activities.mail import DraftInput, PreparedMail, PrepareMailInput
from activities.registration import AwaitRegistrationInput, PollEnd
from activities.tracking_list import WriteItemInput, WriteItemResult
from domain.enrolment import EnrolmentInput, EnrolmentState
from domain.mail import Withheld
from domain.person import Person
from domain.status import MailKind
from domain.tracking_item import Fields


@dataclass
class World:
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
    gone: bool = False
    withheld: Withheld | None = None
    manager_upn: str | None = "boss@contoso.example"
    adopted: Callable[[EnrolmentState], None] = lambda state: None
    # Raised by the activity of that name until it is taken away.
    failures: dict[str, BaseException] = field(default_factory=dict)
    # Held until the event is set.
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    drafts: dict[str, MailKind] = field(default_factory=dict)
    mails: list[MailKind] = field(default_factory=list)
    discarded: list[MailKind] = field(default_factory=list)
    row: Fields = field(default_factory=dict)
    writes: list[Fields] = field(default_factory=list)
    group_adds: int = 0
    polls: list[AwaitRegistrationInput] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    async def _enter(self, name: str) -> None:
        self.begun.append(name)
        if gate := self.gates.get(name):
            await gate.wait()
        if failure := self.failures.get(name):
            raise failure

    @activity.defn
    async def take_in(self, input: EnrolmentInput) -> TakenIn:
        await self._enter("take_in")
        state = EnrolmentState(person=self.person, item_id="1", tracking_token=str(uuid4()))
        self.adopted(state)
        return TakenIn(state=state, registered=self.registered)

    @activity.defn
    async def prepare_mail(self, input: PrepareMailInput) -> PreparedMail:
        await self._enter("prepare_mail")
        if self.registered:
            return PreparedMail(withheld=Withheld.REGISTERED, person=self.person)
        if not self.person.account_enabled:
            return PreparedMail(withheld=Withheld.DISABLED, person=self.person)
        escalation = input.kind is MailKind.ESCALATION
        if escalation and self.manager_upn is None:
            return PreparedMail(withheld=Withheld.NO_MANAGER, person=self.person)
        if self.withheld:
            return PreparedMail(withheld=self.withheld, person=self.person)
        self.drafts[input.key] = input.kind
        manager = self.manager_upn if escalation else None
        return PreparedMail(draft_id=input.key, person=self.person, manager_upn=manager)

    @activity.defn
    async def send_mail(self, input: DraftInput) -> None:
        await self._enter("send_mail")
        if input.draft_id in self.drafts:
            self.mails.append(self.drafts.pop(input.draft_id))

    @activity.defn
    async def discard_mail(self, input: DraftInput) -> None:
        await self._enter("discard_mail")
        self.discarded.append(self.drafts.pop(input.draft_id))

    @activity.defn
    async def add_to_group(self, object_id: str) -> bool:
        await self._enter("add_to_group")
        self.group_adds += 1
        return True

    @activity.defn
    async def write_item(self, input: WriteItemInput) -> WriteItemResult:
        await self._enter("write_item")
        self.row.update(input.changes)
        self.writes.append(input.changes)
        return WriteItemResult(item_id=input.item_id or "2")

    @activity.defn
    async def await_registration(self, input: AwaitRegistrationInput) -> PollEnd:
        self.polls.append(input)
        await self._enter("await_registration")
        if self.gone:
            return PollEnd.GONE
        if self.registered:
            return PollEnd.REGISTERED
        interval = input.policy.poll_interval
        raise waiting("No MFA method yet.", type="NotRegistered", next_retry_delay=interval)

    @activity.defn
    async def await_enabled(self, input: AwaitEnabledInput) -> Person:
        await self._enter("await_enabled")
        if self.person.account_enabled:
            return self.person
        delay = input.policy.disabled_recheck
        raise waiting("Still disabled.", type="StillDisabled", next_retry_delay=delay)

    @activity.defn
    async def request_cancellation(self) -> None:
        await self._enter("request_cancellation")
        assert self.client is not None
        await self.client.get_workflow_handle(str(activity.info().workflow_id)).cancel()

    def disable(self) -> None:
        """Disable the account."""
        self.person = replace(self.person, account_enabled=False)

    def enable(self) -> None:
        """Enable the account."""
        self.person = replace(self.person, account_enabled=True)

    def hold(self, name: str) -> asyncio.Event:
        """Make an activity wait until the returned event is set."""
        self.gates[name] = asyncio.Event()
        return self.gates[name]

    def fail(self, name: str, message: str = "It is forbidden.") -> None:
        """Make an activity fail for good, as activities tell Temporal, until ``mend``."""
        self.failures[name] = ApplicationError(message, type="PermissionDenied", non_retryable=True)

    def mend(self, name: str) -> None:
        """Make an activity work again."""
        self.failures.pop(name)

    @property
    def activities(self) -> list[Callable[..., Any]]:
        """List what a worker needs."""
        return [
            self.take_in,
            self.prepare_mail,
            self.send_mail,
            self.discard_mail,
            self.add_to_group,
            self.write_item,
            self.await_registration,
            self.await_enabled,
            self.request_cancellation,
        ]


async def eventually(check: Callable[[], Any], *, seconds: float = 20) -> Any:  # noqa: ANN401
    """Return the first true answer of ``check``, which may be a coroutine function.

    Raises:
        AssertionError: it never became true.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        answer = check()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        assert loop.time() < deadline, "it never became true"
        await asyncio.sleep(0.02)


Handle = WorkflowHandle[Any, Any]
DAY = timedelta(days=1)
