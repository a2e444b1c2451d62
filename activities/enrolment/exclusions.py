"""Who is left alone: never mailed, never added to the group."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.failures import PermanentFailure
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

    async def excludes(self, person: Person) -> bool:
        """Say whether this user is excluded; when that can't be read, the answer is yes.

        Raises:
            PassingFailure: the group can't be read just now; the activity is retried, and until
                then nothing is sent.
        """
        names = {person.object_id.casefold(), person.user_principal_name.casefold()}
        if names & self.users:
            return True
        if self.group_id is None:
            return False
        try:
            groups = await self.memberships.member_of(person.object_id, (self.group_id,))
        except PermanentFailure:
            return True
        return self.group_id in groups
