"""Users of the directory, found by object id, user principal name or address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from simulated_tenant.directory.methods import Method
from simulated_tenant.storage import Storage, Table


@dataclass(kw_only=True, slots=True)
class User:
    """A person or a shared mailbox.

    ``sequence`` orders users for paging, ``change`` is the place in the log of changes.
    """

    id: str
    sequence: int
    user_principal_name: str
    display_name: str
    created_at: datetime
    mail: str | None = None
    given_name: str | None = None
    surname: str | None = None
    department: str | None = None
    job_title: str | None = None
    business_phones: list[str] = field(default_factory=list)
    mobile_phone: str | None = None
    preferred_language: str | None = None
    account_enabled: bool = True
    user_type: str = "Member"
    proxy_addresses: list[str] = field(default_factory=list)
    manager_id: str | None = None
    methods: list[Method] = field(default_factory=list)
    change: int = 0

    def addresses(self) -> set[str]:
        """Return every mail address, in lower case."""
        proxies = {proxy.partition(":")[2].lower() for proxy in self.proxy_addresses}
        return proxies | ({self.mail.lower()} if self.mail else set())


@dataclass(kw_only=True, slots=True)
class DeletedUser:
    """What remains of a user for those who follow changes, and to restore them by."""

    id: str
    change: int
    user: User | None = None
    group_ids: list[str] = field(default_factory=list)


class Users:
    """All users, with indexes by name and address that follow every change."""

    def __init__(self, storage: Storage) -> None:
        """Load the users and index them."""
        self._table = Table(storage, "user", User)
        self._by_name: dict[str, str] = {}
        self._by_address: dict[str, dict[str, None]] = {}
        self._indexed: dict[str, tuple[str, set[str]]] = {}
        self._deleted = Table(storage, "deleted-user", DeletedUser)
        self._changes: dict[str, User | DeletedUser] = {}
        self._sequence = self.last_change = 0
        for user in self._table.values():
            self._index(user)
            self._sequence = max(self._sequence, user.sequence)
        known: list[User | DeletedUser] = [*self._table.values(), *self._deleted.values()]
        for one in sorted(known, key=lambda record: record.change):
            self._changes[one.id] = one
            self.last_change = one.change

    def next_sequence(self) -> int:
        """Return the number for the next new user."""
        self._sequence += 1
        return self._sequence

    def put(self, user: User) -> User:
        """Store a user, new or changed.

        Raises:
            ValueError: Another user has the same user principal name.
        """
        holder = self._by_name.get(user.user_principal_name.lower())
        if holder is not None and holder != user.id:
            raise ValueError("another user has this user principal name")
        self._unindex(user.id)
        user.change = self._next_change()
        self._log(user)
        self._table.put(user.id, user)
        self._index(user)
        return user

    def delete(self, user_id: str, group_ids: list[str] | None = None) -> User | None:
        """Remove a user, who was in these groups, from the directory."""
        self._unindex(user_id)
        removed = self._table.discard(user_id)
        if removed is not None:
            remains = DeletedUser(
                id=user_id, change=self._next_change(), user=removed, group_ids=group_ids or []
            )
            self._deleted.put(user_id, remains)
            self._log(remains)
        return removed

    def restore(self, user_id: str) -> tuple[User, list[str]]:
        """Bring a deleted user back, and return the groups that they were in.

        Raises:
            KeyError: Nobody with this id was deleted.
            ValueError: Another user has the user principal name by now.
        """
        remains = self._deleted[user_id]
        if remains.user is None:
            raise KeyError("no such user")
        restored = self.put(remains.user)
        self._deleted.discard(user_id)
        return restored, remains.group_ids

    def changes_after(self, change: int) -> list[User | DeletedUser]:
        """Return who was changed or deleted since, in the order of change."""
        newer = []
        for one in reversed(self._changes.values()):
            if one.change <= change:
                break
            newer.append(one)
        return newer[::-1]

    def find(self, key: str) -> User | None:
        """Find a user by object id or user principal name, without regard to case."""
        lowered = key.lower()
        return self._table.get(lowered) or self._table.get(self._by_name.get(lowered, ""))

    def find_by_address(self, address: str) -> User | None:
        """Find who receives mail for an address: the first of those who have it."""
        return next(iter(self.holders(address)), None)

    def holders(self, address: str) -> list[User]:
        """Find everybody who has an address; ``mail`` may be the same for several users."""
        return [self._table[user_id] for user_id in self._by_address.get(address.lower(), ())]

    def __iter__(self) -> Iterator[User]:
        """Iterate in the order of creation."""
        return self._table.values()

    def __len__(self) -> int:
        """Count the users."""
        return len(self._table)

    def _next_change(self) -> int:
        self.last_change += 1
        return self.last_change

    def _log(self, one: User | DeletedUser) -> None:
        self._changes.pop(one.id, None)
        self._changes[one.id] = one

    def _index(self, user: User) -> None:
        name, addresses = user.user_principal_name.lower(), user.addresses()
        self._by_name[name] = user.id
        for address in addresses:
            self._by_address.setdefault(address, {})[user.id] = None
        self._indexed[user.id] = (name, addresses)

    def _unindex(self, user_id: str) -> None:
        name, addresses = self._indexed.pop(user_id, ("", set()))
        self._by_name.pop(name, None)
        for address in addresses:
            self._by_address[address].pop(user_id, None)
