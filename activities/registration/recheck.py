"""Looking again at people who are Active: are they in the group, and have they a method still?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from domain.failures import NotFound, PermissionDenied, ServiceUnavailable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckReport:
    """What one look found, and what the next has to know.

    Attributes:
        checked_at: when people were looked at last; None for never.
        people: how many are Active.
        left_group: of whom the row says that they are in the group, and Microsoft that they aren't.
        lost_methods: who has no method any more.
    """

    checked_at: datetime | None = None
    people: int = 0
    left_group: int = 0
    lost_methods: int = 0


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

        Raises:
            RolloutError: Graph or the database can't be read just now; retried.
        """
        now = datetime.now(UTC)
        if self._every is None or (last.checked_at and last.checked_at + self._every > now):
            return last
        people = await self._active.read()
        # Where most have to be asked about, each look begins with others.
        begin = now.toordinal() * MOST_LOOKS % max(len(people), 1)
        people = [*people[begin:], *people[:begin]]
        members = await self._members()
        activity.heartbeat()
        registered = await self._registered()
        looks = MOST_LOOKS
        findings: dict[str, AttentionKind | None] = {}
        for person in people:
            seems_fine = person.object_id in members or not person.in_group
            if seems_fine and person.object_id in registered:
                findings[person.object_id] = None
            elif looks:
                looks -= 1
                activity.heartbeat()
                findings[person.object_id] = await self._look_at(person)
        changed = {
            person.object_id: found
            for person in people
            if (found := findings.get(person.object_id, person.attention)) != person.attention
        }
        await self._active.note(changed, now)
        kinds = list(findings.values())
        return RecheckReport(
            checked_at=now,
            people=len(people),
            left_group=kinds.count(AttentionKind.LEFT_GROUP),
            lost_methods=kinds.count(AttentionKind.LOST_METHODS),
        )

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
