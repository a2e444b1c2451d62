"""Membership in the enforcement group."""

from typing import TYPE_CHECKING

from temporalio import activity

from activities.enrolment.exclusions import Exclusions
from domain.status import GroupAnswer

if TYPE_CHECKING:
    from graph.directory import Directory
    from graph.groups import EnforcementGroup


class GroupActivities:
    """Adds users to the one group that enforces MFA."""

    def __init__(
        self, *, group: "EnforcementGroup", directory: "Directory", exclusions: Exclusions
    ) -> None:
        """Take the clients."""
        self._group = group
        self._directory = directory
        self._exclusions = exclusions

    @activity.defn
    async def add_to_group(self, object_id: str) -> GroupAnswer:
        """Make the user a member, unless they are excluded.

        Idempotent: a user who is a member already is a success. After an answer that was lost it
        says so, too.

        Raises:
            NotFound: the group or the user doesn't exist (not retried).
            PermissionDenied: the app may not change this group (not retried).
        """
        if await self._is_excluded(object_id):
            return GroupAnswer.EXCLUDED
        added = await self._group.add_member(object_id)
        return GroupAnswer.ADDED if added else GroupAnswer.ALREADY_MEMBER

    async def _is_excluded(self, object_id: str) -> bool:
        """Ask the group; the user's name only matters where users are excluded by theirs."""
        if not self._exclusions.users:
            return await self._exclusions.excludes_member(object_id)
        return await self._exclusions.excludes(await self._directory.user(object_id))
