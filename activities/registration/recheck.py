"""Looking again at people who are Active: are they in the group, and have they a method still?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from domain.failures import (
    NotFound,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    SignInFailed,
    Throttled,
)
from domain.registration.circles import Circle
from domain.registration.methods import COUNTED, classify
from domain.tables.attention import AttentionKind

if TYPE_CHECKING:
    from database.enrolments.active import ActivePeople, ActivePerson
    from graph.authentication_methods import AuthenticationMethods
    from graph.groups import EnforcementGroup
    from graph.registration_report import RegistrationReport

# Who is missing in a listing is asked about one by one; the others follow with the next look.
MOST_LOOKS = 500
# Where so many were asked about and nobody could be read, it isn't due to the people.
ALL_FAILING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckReport:
    """What one look found, and what the next has to know.

    Attributes:
        checked_at: when people were looked at last; None for never.
        people: how many are Active.
        left_group: of whom the row says that they are in the group, and Microsoft that they aren't.
        lost_methods: who has no method any more.
        unread: ObjectIds of people about whom Graph gave no answer; the next day's look asks again.
        reason: why not, of the first of them.
        hidden: whether the group hides its members, so that nobody was called gone.
    """

    checked_at: datetime | None = None
    people: int = 0
    left_group: int = 0
    lost_methods: int = 0
    unread: tuple[str, ...] = ()
    reason: str = ""
    hidden: bool = False


@dataclass(slots=True)
class _Answers:
    """What Graph said of people who were asked about one by one."""

    findings: dict[str, AttentionKind | None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    reason: str = ""

    def add_to(self, report: RecheckReport) -> RecheckReport:
        """Return the report with these answers; who wasn't read replaces who wasn't before."""
        kinds = list(self.findings.values())
        return replace(
            report,
            left_group=report.left_group + kinds.count(AttentionKind.LEFT_GROUP),
            lost_methods=report.lost_methods + kinds.count(AttentionKind.LOST_METHODS),
            unread=tuple(self.unread),
            reason=self.reason,
        )


class RecheckActivities:
    """Compares the tables' Active people with the group and the registration report."""

    def __init__(
        self,
        *,
        group: "EnforcementGroup",
        report: "RegistrationReport",
        methods: "AuthenticationMethods",
        active: "ActivePeople",
        every: timedelta | None,
        counted: frozenset[str] = COUNTED,
    ) -> None:
        """Take the clients; ``every`` is the time between two looks, None for no look at all."""
        self._group = group
        self._report = report
        self._methods = methods
        self._active = active
        self._every = every
        self._counted = counted

    @activity.defn
    async def recheck_active(self, last: RecheckReport) -> RecheckReport:
        """Note who has left the group or lost their methods, for admins; nobody else is told.

        Idempotent. Only reports: nobody is put back or mailed. Who is fine again is forgotten.
        Whoever a listing lacks is asked about directly before anything is said.

        Somebody who can't be read holds up nobody else: what was noted of them stands, the report
        names them, and the next day's look asks about them again.

        Raises:
            RolloutError: Graph or the database can't be read just now; retried.
        """
        now = datetime.now(UTC)
        if self._every is None:
            return last
        is_time = last.checked_at is None or last.checked_at + self._every <= now
        if not (is_time or last.unread):
            return last
        hidden = not await self._group.shows_members()
        if hidden:
            activity.logger.warning("enforcement group hides its members")
        people = await self._people(hidden=hidden)
        if is_time:
            report = await self._look_at_all(people, frozenset(last.unread), now)
            return replace(report, hidden=hidden)
        answers = await self._ask([one for one in people if one.object_id in last.unread])
        await self._note(people, answers.findings, now)
        return replace(answers.add_to(last), hidden=hidden)

    async def _people(self, *, hidden: bool) -> "Sequence[ActivePerson]":
        """Return whom to look at; of a group that hides its members nobody is said to be in it."""
        people = await self._active.read()
        return [replace(one, in_group=False) for one in people] if hidden else people

    async def _look_at_all(
        self, people: "Sequence[ActivePerson]", unread_before: frozenset[str], now: datetime
    ) -> RecheckReport:
        # Where most have to be asked about, each look begins with others.
        begin = now.toordinal() * MOST_LOOKS % max(len(people), 1)
        people = [*people[begin:], *people[:begin]]
        members = await self._members()
        activity.heartbeat()
        registered = await self._registered()
        doubtful = [
            one
            for one in people
            if one.object_id not in registered or (one.in_group and one.object_id not in members)
        ]
        doubted = {one.object_id for one in doubtful}
        fine: dict[str, AttentionKind | None] = {
            one.object_id: None for one in people if one.object_id not in doubted
        }
        await self._note(people, fine, now)
        # Asked about in any case, but last: that they fail again mustn't look like an outage.
        again = [one for one in doubtful if one.object_id in unread_before]
        others = [one for one in doubtful if one.object_id not in unread_before]
        answers = await self._ask([*others[: MOST_LOOKS - len(again)], *again])
        await self._note(people, answers.findings, now)
        return answers.add_to(RecheckReport(checked_at=now, people=len(people)))

    async def _ask(self, people: Sequence["ActivePerson"]) -> _Answers:
        """Ask Graph about people one by one.

        Raises:
            RolloutError: it is about all of them: no sign-in, a request to slow down, or nobody
                could be read.
        """
        answers = _Answers()
        for person in people:
            activity.heartbeat()
            try:
                answers.findings[person.object_id] = await self._look_at(person)
            except (SignInFailed, Throttled):
                raise
            except RolloutError as failure:
                answers.unread.append(person.object_id)
                answers.reason = answers.reason or str(failure)
                if len(answers.unread) >= ALL_FAILING and not answers.findings:
                    raise
        if answers.unread:
            activity.logger.warning(
                "active people not looked at",
                extra={"people": len(answers.unread), "reason": answers.reason},
            )
        return answers

    async def _note(
        self,
        people: Sequence["ActivePerson"],
        findings: dict[str, AttentionKind | None],
        now: datetime,
    ) -> None:
        changed = {
            person.object_id: found
            for person in people
            if (found := findings.get(person.object_id, person.attention)) != person.attention
        }
        await self._active.note(changed, now)

    async def _members(self) -> set[str]:
        """Return who is in the group, as far as its pages can be read: the others are asked."""
        found: set[str] = set()
        try:
            async for one in self._group.members():
                found.add(one)
        except ServiceUnavailable as failure:
            if not failure.is_of_lost_page:
                raise
        return found

    async def _registered(self) -> set[str]:
        """Return whom the report names, as far as it can be read: the others are asked."""
        found: set[str] = set()
        link: str | None = None
        circle = Circle(link)
        while True:
            try:
                page = await self._report.page(link)
            except PermissionDenied:
                return found
            except ServiceUnavailable as failure:
                if not failure.is_of_lost_page:
                    raise
                return found
            found |= {one.object_id for one in page.registered}
            link = page.next_link
            if link is None or circle.closes_at(link):
                return found
            activity.heartbeat()

    async def _look_at(self, person: "ActivePerson") -> AttentionKind | None:
        """Ask Graph about one person; who has left the directory is no case for an admin here."""
        try:
            if person.in_group and not await self._group.is_member(person.object_id):
                return AttentionKind.LEFT_GROUP
            methods = await self._methods.methods(person.object_id)
        except NotFound:
            return None
        has_method = classify(methods, self._counted).registered
        return None if has_method else AttentionKind.LOST_METHODS
