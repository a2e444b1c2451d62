"""Who is left alone: never mailed, never added to the group."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.failures import NotFound, PermanentFailure
from domain.instants import is_recent
from domain.person import Person

if TYPE_CHECKING:
    from graph.groups import Memberships


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """The people named in ``EXCLUDED_USERS`` and the members of ``EXCLUDED_GROUP_ID``.

    ``users`` are UPNs and ObjectIds in lower case.
    """

    memberships: "Memberships"
    group_id: str | None = None
    users: frozenset[str] = field(default_factory=frozenset)

    async def excludes(self, person: Person, *, not_since: datetime | None = None) -> bool:
        """Say whether this user is excluded; when that can't be read, the answer is yes.

        The group isn't asked where it said no within the last minute: ``not_since``.

        Raises:
            PassingFailure: the group can't be read just now; the activity is retried, and until
                then nothing is sent.
        """
        if self.names(person):
            return True
        return await self.excludes_by_group(person.object_id, not_since=not_since)

    def names(self, person: Person) -> bool:
        """Say whether ``EXCLUDED_USERS`` names this user."""
        names = {person.object_id.casefold(), person.user_principal_name.casefold()}
        return bool(names & self.users)

    async def excludes_by_group(self, object_id: str, *, not_since: datetime | None = None) -> bool:
        """Say what ``excludes`` says of somebody whom ``EXCLUDED_USERS`` doesn't name.

        Raises:
            PassingFailure: the group can't be read just now.
        """
        if is_recent(not_since, datetime.now(UTC)):
            return False
        try:
            return await self.excludes_member(object_id)
        except NotFound:
            return True

    async def excludes_member(self, object_id: str) -> bool:
        """Say whether the group excludes this user; when that can't be read, the answer is yes.

        Raises:
            NotFound: the user isn't in the directory.
            PassingFailure: the group can't be read just now.
            PermanentFailure: the group isn't there, or hides its members; an admin has to act.
        """
        if self.group_id is None:
            return False
        try:
            groups = await self.memberships.member_of(object_id, (self.group_id,))
        except NotFound:
            raise
        except PermanentFailure:
            return True
        if self.group_id in groups:
            return True
        await self.memberships.check_excluded(self.group_id)
        return False
