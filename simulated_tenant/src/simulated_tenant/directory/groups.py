"""Groups and who is in them, directly or through another group."""

from dataclasses import dataclass, field
from datetime import datetime

from simulated_tenant.storage import Storage, Table


@dataclass(kw_only=True, slots=True)
class Group:
    """A group; ``group_types`` holds ``DynamicMembership`` for a dynamic one."""

    id: str
    display_name: str
    created_at: datetime
    description: str | None = None
    group_types: list[str] = field(default_factory=list)
    is_assignable_to_role: bool | None = None
    on_premises_sync_enabled: bool | None = None
    security_enabled: bool = True
    mail_enabled: bool = False
    is_management_restricted: bool | None = None
    visibility: str | None = None

    @property
    def hides_members(self) -> bool:
        """Say whether members are shown to those alone who may read hidden ones."""
        return self.visibility == "HiddenMembership"

    @property
    def is_dynamic(self) -> bool:
        """Say whether a rule decides who is a member."""
        return "DynamicMembership" in self.group_types


@dataclass(kw_only=True, slots=True)
class Membership:
    """One member of one group; reads show it from ``visible_at`` on."""

    group_id: str
    member_id: str
    sequence: int
    visible_at: datetime


class Groups:
    """All groups and memberships."""

    def __init__(self, storage: Storage) -> None:
        """Load groups and memberships."""
        self._groups = Table(storage, "group", Group)
        self._memberships = Table(storage, "membership", Membership)
        self._members: dict[str, dict[str, Membership]] = {}
        self._sequence = 0
        for membership in self._memberships.values():
            self._members.setdefault(membership.group_id, {})[membership.member_id] = membership
            self._sequence = max(self._sequence, membership.sequence)

    def put(self, group: Group) -> Group:
        """Store a group, new or changed."""
        self._groups.put(group.id, group)
        return group

    def find(self, group_id: str) -> Group | None:
        """Find a group by its object id."""
        return self._groups.get(group_id.lower())

    def all(self) -> list[Group]:
        """Return all groups in the order of their creation."""
        return list(self._groups.values())

    def add_member(self, group_id: str, member_id: str, visible_at: datetime) -> bool:
        """Add a member; False means that it was one already."""
        members = self._members.setdefault(group_id, {})
        if member_id in members:
            return False
        self._sequence += 1
        membership = Membership(
            group_id=group_id,
            member_id=member_id,
            sequence=self._sequence,
            visible_at=visible_at,
        )
        members[member_id] = membership
        self._memberships.put(f"{group_id}/{member_id}", membership)
        return True

    def remove_member(self, group_id: str, member_id: str) -> bool:
        """Remove a member; False means that it wasn't one."""
        if self._members.get(group_id, {}).pop(member_id, None) is None:
            return False
        self._memberships.discard(f"{group_id}/{member_id}")
        return True

    def forget(self, member_id: str) -> list[str]:
        """Remove a deleted object from every group, and return those that it was in."""
        return [group_id for group_id in self._members if self.remove_member(group_id, member_id)]

    def members(self, group_id: str, seen_at: datetime) -> list[Membership]:
        """Return the direct members that a reader sees at an instant, oldest first."""
        memberships = self._members.get(group_id, {}).values()
        return [membership for membership in memberships if membership.visible_at <= seen_at]

    def transitive_members(self, group_id: str, seen_at: datetime) -> list[Membership]:
        """Return direct and inherited members, each once."""
        found: dict[str, Membership] = {}
        pending, visited = [group_id], {group_id}
        while pending:
            for membership in self.members(pending.pop(), seen_at):
                found.setdefault(membership.member_id, membership)
                if membership.member_id in self._groups and membership.member_id not in visited:
                    visited.add(membership.member_id)
                    pending.append(membership.member_id)
        return sorted(found.values(), key=lambda membership: membership.sequence)

    def contains(self, group_id: str, member_id: str, seen_at: datetime) -> bool:
        """Say whether somebody is seen in a group, transitively."""
        pending, visited = [member_id], {member_id}
        while pending:
            current = pending.pop()
            for parent_id, members in self._members.items():
                membership = members.get(current)
                if membership is None or membership.visible_at > seen_at:
                    continue
                if parent_id == group_id:
                    return True
                if parent_id not in visited:
                    visited.add(parent_id)
                    pending.append(parent_id)
        return False
