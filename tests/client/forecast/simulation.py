"""A rollout of single people, by the rules and the budgets that run, with behaviour from a seed.

Each person has a state of their own, which ``next_action`` and the transitions move on, as the
workflow does; every mail is counted by ``database.mail.budget`` in a real database. Time is a queue
of events. Nothing here knows of cohorts.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail.turn import today_of
from database.engine import Database
from database.mail import budget
from database.schema import enrolment, sender, sent_mail
from domain.enrolment.decisions import AddToGroup, SendMail, Wait, WaitFor, next_action
from domain.enrolment.mail.send_times import LookUpSendTime, Question, send_time_found
from domain.enrolment.transitions import (
    added_to_group,
    link_clicked,
    mail_sent,
    mail_withheld,
    registration_seen,
)
from domain.forecast.plan import ImportPlan
from domain.forecast.rates import Rates
from domain.mail.content import Withheld
from domain.mail.send_window import share_of
from domain.status import InviteStatus, MailKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailHold, MailOrigin, MailState, NotYet, SenderState
from tests.client.forecast.simulated_people import Figures, Mailbox, Person, even
from tests.database.values import person as row_of
from tests.database.values import put

PRIORITY = {
    MailKind.ESCALATION: 1,
    MailKind.REMINDER: 2,
    MailKind.FOLLOW_UP: 2,
    MailKind.INVITATION: 3,
}
STEPS = {WaitFor.REMINDER: NextStep.REMINDER, WaitFor.FOLLOW_UP: NextStep.FOLLOW_UP}


class Simulation:
    """An import of people who act as rates say."""

    def __init__(self, plan: ImportPlan, rates: Rates, seed: int) -> None:
        """Begin with an import at the plan's start."""
        self.plan, self._rates = plan, rates
        self._random = Random(seed)  # noqa: S311 - no secret
        self._draws: dict[tuple[MailKind, int], Iterator[float]] = {}
        self._delays = even(self._random)
        self._events: list[tuple[datetime, int, object, int]] = []
        self._order = count()
        self._zone = ZoneInfo(plan.policy.window.time_zone)
        self._mailboxes = [Mailbox() for _ in range(plan.pace.senders)]
        self.figures = Figures()
        self.people = [self._person(index) for index in range(plan.people)]

    async def run(self, connection: AsyncConnection, until: datetime) -> Figures:
        """Let it run until then, in one transaction: nobody else looks."""
        self._connection = connection
        for one in self.people:
            await self._next(one, self.plan.start)
        while self._events and self._events[0][0] < until:
            at, _, what, version = heapq.heappop(self._events)
            match what:
                case Mailbox():
                    await self._try(what, at)
                case Person() if version == what.version:
                    await self._next(what, at)
                case ("acts", Person() as one, bool() as registers) if version == one.acts:
                    await self._act(one, at, registers=registers)
                case _:
                    pass
        return self.figures

    def _person(self, index: int) -> Person:
        object_id = str(UUID(int=self._random.getrandbits(128), version=4))
        sender = int(share_of(object_id) * self.plan.pace.senders)
        return Person(object_id, sender, self.plan.pace.slot(index, self.plan.start))

    def _at(self, at: datetime, what: object, version: int = 0) -> None:
        heapq.heappush(self._events, (at, next(self._order), what, version))

    async def _next(self, one: Person, now: datetime) -> None:
        """Do what the rules say is next, as the workflow does."""
        one.version += 1
        policy, window = self.plan.policy, self.plan.policy.window
        while not one.state.registered:
            action = next_action(one.state, policy, now, invite_not_before=one.slot)
            if isinstance(action, LookUpSendTime):
                answer = (
                    window.next_open_for(action.at, one.object_id)
                    if action.question is Question.OPENING
                    else window.after_sending_days(action.at, policy.escalation_grace)
                )
                send_time_found(one.state, action, answer)
            elif isinstance(action, AddToGroup):
                added_to_group(one.state, now, by_us=True)
            elif isinstance(action, SendMail):
                self._queue(one, action.kind, now)
                return
            else:
                assert isinstance(action, Wait)
                await self._note(one, action)
                if action.until is not None:
                    self._at(action.until, one, one.version)
                return

    async def _note(self, one: Person, action: Wait) -> None:
        """Write into the tables what is next: the budget counts reminders that are due today."""
        await self._write(one, STEPS.get(action.what), action.until)

    async def _write(self, one: Person, step: NextStep | None, due_at: datetime | None) -> None:
        await self._connection.execute(
            update(enrolment)
            .where(enrolment.c.object_id == one.object_id)
            .values(next_step=step, due_at=due_at)
        )

    def _queue(self, one: Person, kind: MailKind, now: datetime) -> None:
        mailbox = self._mailboxes[one.sender]
        if not one.queued:
            one.queued = True
            entry = (PRIORITY[kind], now, next(self._order), one)
            heapq.heappush(mailbox.waiting, entry)
        self._at(max(now, mailbox.free_at or now), mailbox)

    async def _try(self, mailbox: Mailbox, now: datetime) -> None:
        """Let the first mail of the queue leave, or wait for what the budget names."""
        if mailbox.free_at is not None and now < mailbox.free_at:
            return
        held = []
        while mailbox.waiting:
            entry = heapq.heappop(mailbox.waiting)
            one = entry[3]
            action = next_action(one.state, self.plan.policy, now, invite_not_before=one.slot)
            if one.state.registered or not isinstance(action, SendMail):
                one.queued = False
                await self._next(one, now)
                continue
            if action.kind is MailKind.INVITATION and now < (mailbox.invitations_at or now):
                held.append(entry)
                break
            if not self.plan.policy.window.is_open(now):
                one.queued = False
                mail_withheld(one.state, Withheld.WINDOW_CLOSED, now, self.plan.policy)
                await self._next(one, now)
                continue
            answer = await self._send(one, action.kind, now)
            if answer is None:
                mailbox.free_at = now + self.plan.limits.minute / self.plan.limits.per_minute
            else:
                held.append(entry)
                until = answer.until or now + timedelta(minutes=1)
                if answer.hold is MailHold.INVITATIONS_FULL:
                    mailbox.invitations_at = until
                    self._at(until, mailbox)
                    break
                mailbox.free_at = until
            self._at(mailbox.free_at, mailbox)
            break
        for entry in held:
            heapq.heappush(mailbox.waiting, entry)

    async def _send(self, one: Person, kind: MailKind, now: datetime) -> NotYet | None:
        """Count a mail against the budgets, in the database, and let it leave if there is room."""
        key = f"{one.object_id}/{one.state.mails_begun}"
        await self._connection.execute(
            insert(sent_mail)
            .prefix_with("OR IGNORE")
            .values(
                key=key,
                sender=str(one.sender),
                kind=kind,
                object_id=one.object_id,
                origin=MailOrigin.SCHEDULE,
                from_form_share=False,
                state=MailState.DRAFTED,
                attempt="one",
                reserved_at=now,
                values={},
            )
        )
        answer = await budget.sending(
            self._connection,
            key,
            "one",
            limits=self.plan.limits,
            clock=lambda: now,
            today=today_of(self.plan.policy.window, now),
        )
        if isinstance(answer, NotYet):
            return answer
        one.state.mails_begun += 1
        one.queued = False
        mail_sent(one.state, kind, now, self.plan.policy)
        one.state.story = []
        day = now.astimezone(self._zone).date()
        self.figures.mails[day][kind] += 1
        self.figures.busiest[day, one.sender] += 1
        if kind is MailKind.INVITATION:
            self.figures.last_invitation = day
        self._decide(one, kind, now)
        await self._next(one, now)
        return None

    def _decide(self, one: Person, kind: MailKind, now: datetime) -> None:
        """Decide what somebody does after this mail; they forget what they meant to do before."""
        one.acts += 1
        number = max(1, one.state.nudges_sent)
        draws = self._draws.setdefault((kind, number), even(self._random))
        drawn, registering = next(draws), self._rates.after(kind, number)
        may_click = one.state.status is InviteStatus.SENT and kind is not MailKind.ESCALATION
        clicking = self._rates.clicks_only if may_click else 0.0
        if drawn >= registering + clicking:
            return
        share, curve = next(self._delays), self._rates.curve
        days = next(day for day, until in enumerate(curve[1:]) if share < until or until >= 1)
        delay = (days + self._random.random()) * self.plan.policy.day
        self._at(now + delay, ("acts", one, drawn < registering), one.acts)

    async def _act(self, one: Person, now: datetime, *, registers: bool) -> None:
        if not registers:
            link_clicked(one.state, now, self.plan.policy)
            await self._next(one, now)
            return
        registration_seen(one.state, now)
        self.figures.registered[now.astimezone(self._zone).date()] += 1
        await self._write(one, None, None)


async def simulate(database: Database, simulation: Simulation, *, days: int) -> Figures:
    """Let an import run for so many days, and return what happened."""
    plan = simulation.plan
    async with database.writing() as connection:
        mailboxes = [
            {
                "address": str(number),
                "state": SenderState.READY,
                "since": plan.start,
                "others_sent": 0,
            }
            for number in range(plan.pace.senders)
        ]
        await connection.execute(insert(sender), mailboxes)
    for number, one in enumerate(simulation.people):
        await put(database, row_of(number, object_id=one.object_id, sender=str(one.sender)))
    async with database.writing() as connection:
        return await simulation.run(connection, plan.start + timedelta(days=days))
