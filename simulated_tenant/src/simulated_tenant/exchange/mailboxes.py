"""Store and index the items of every mailbox."""

from collections.abc import Iterator

from simulated_tenant.exchange.message import Message, new_id, normal_property_id
from simulated_tenant.storage import Storage, Table


class Mailboxes:
    """Items by mailbox and folder, found by either id or by an extended property."""

    def __init__(self, storage: Storage) -> None:
        """Load the items and index them."""
        self._table = Table(storage, "message", Message)
        self._folders: dict[str, dict[str, dict[str, Message]]] = {}
        self._aliases: dict[str, str] = {}
        self._by_property: dict[tuple[str, str, str], dict[str, Message]] = {}
        self._sequence = 0
        for message in sorted(self._table.values(), key=lambda item: item.sequence):
            self._index(message)
            self._sequence = max(self._sequence, message.sequence)

    def next_sequence(self) -> int:
        """Return the number for an item that is made or moved now."""
        self._sequence += 1
        return self._sequence

    def put(self, message: Message) -> Message:
        """Store an item, new or changed in place (not moved, same extended properties)."""
        self._table.put(message.id, message)
        self._index(message)
        return message

    def move(self, message: Message, folder: str, *, renamed: bool = False) -> Message:
        """Move an item: its default id changes, and its immutable id if it is ``renamed``."""
        self.forget(message)
        message.folder = folder
        if renamed:
            message.id = new_id("AAkALg")
        message.folder_bound_id = new_id("AAMkAG")
        message.sequence = self.next_sequence()
        return self.put(message)

    def forget(self, message: Message) -> None:
        """Remove an item for good."""
        self._table.discard(message.id)
        self._folders.get(message.mailbox_id, {}).get(message.folder, {}).pop(message.id, None)
        self._aliases.pop(message.folder_bound_id, None)
        for name, value in message.properties.items():
            self._by_property.get(_property_key(message, name, value), {}).pop(message.id, None)

    def find(self, mailbox_id: str, item_id: str) -> Message | None:
        """Find an item of a mailbox by its immutable or its present default id."""
        message = self._table.get(self._aliases.get(item_id, item_id))
        return message if message is not None and message.mailbox_id == mailbox_id else None

    def by_id(self, item_id: str) -> Message | None:
        """Find an item by its immutable id in whichever mailbox it is."""
        return self._table.get(item_id)

    def items(self, mailbox_id: str, folder: str | None = None) -> Iterator[Message]:
        """Iterate over the items of a folder, or of the whole mailbox, oldest first."""
        folders = self._folders.get(mailbox_id, {})
        if folder is not None:
            yield from folders.get(folder, {}).values()
            return
        together = [message for items in folders.values() for message in items.values()]
        yield from sorted(together, key=lambda message: message.sequence)

    def with_property(self, mailbox_id: str, name: str, value: str) -> list[Message]:
        """Find items by an extended property; the name is case-sensitive, the value is not."""
        key = (mailbox_id, normal_property_id(name), value.casefold())
        return list(self._by_property.get(key, {}).values())

    def all(self) -> Iterator[Message]:
        """Iterate over every item of the tenant."""
        return self._table.values()

    def _index(self, message: Message) -> None:
        folders = self._folders.setdefault(message.mailbox_id, {})
        folders.setdefault(message.folder, {})[message.id] = message
        self._aliases[message.folder_bound_id] = message.id
        for name, value in message.properties.items():
            key = _property_key(message, name, value)
            self._by_property.setdefault(key, {})[message.id] = message


def _property_key(message: Message, name: str, value: str) -> tuple[str, str, str]:
    return message.mailbox_id, normal_property_id(name), value.casefold()
