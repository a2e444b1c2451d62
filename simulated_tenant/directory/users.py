"""Users of the directory, found by object id, user principal name or address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from simulated_tenant.directory.methods import Method
from simulated_tenant.storage import Storage, Table


@dataclass(kw_only=True, slots=True)
class User:
    """A person or a shared mailbox; ``sequence`` orders users for paging."""

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
    preferred_language: str | None = None
    account_enabled: bool = True
    user_type: str = "Member"
    proxy_addresses: list[str] = field(default_factory=list)
    manager_id: str | None = None
    methods: list[Method] = field(default_factory=list)

    def addresses(self) -> set[str]:
        """Return every mail address, in lower case."""
        proxies = {proxy.partition(":")[2].lower() for proxy in self.proxy_addresses}
        return proxies | ({self.mail.lower()} if self.mail else set())


class Users:
    """All users, with indexes by name and address that follow every change."""

    def __init__(self, storage: Storage) -> None:
        """Load the users and index them."""
        self._table = Table(storage, "user", User)
        self._by_name: dict[str, str] = {}
        self._by_address: dict[str, str] = {}
        self._indexed: dict[str, tuple[str, set[str]]] = {}
        self._sequence = 0
        for user in self._table.values():
            self._index(user)
            self._sequence = max(self._sequence, user.sequence)

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
        self._table.put(user.id, user)
        self._index(user)
        return user

    def delete(self, user_id: str) -> User | None:
        """Remove a user from the directory."""
        self._unindex(user_id)
        return self._table.discard(user_id)

    def find(self, key: str) -> User | None:
        """Find a user by object id or user principal name, without regard to case."""
        lowered = key.lower()
        return self._table.get(lowered) or self._table.get(self._by_name.get(lowered, ""))

    def find_by_address(self, address: str) -> User | None:
        """Find who receives mail for an address."""
        return self._table.get(self._by_address.get(address.lower(), ""))

    def __iter__(self) -> Iterator[User]:
        """Iterate in the order of creation."""
        return self._table.values()

    def __len__(self) -> int:
        """Count the users."""
        return len(self._table)

    def _index(self, user: User) -> None:
        name, addresses = user.user_principal_name.lower(), user.addresses()
        self._by_name[name] = user.id
        self._by_address.update(dict.fromkeys(addresses, user.id))
        self._indexed[user.id] = (name, addresses)

    def _unindex(self, user_id: str) -> None:
        name, addresses = self._indexed.pop(user_id, ("", set()))
        self._by_name.pop(name, None)
        for address in addresses:
            if self._by_address.get(address) == user_id:
                del self._by_address[address]
