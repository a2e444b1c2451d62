"""A SharePoint list: items with versions, unique values, indexes and a log of changes."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from simulated_tenant.errors import GraphError, bad_request
from simulated_tenant.sharepoint.columns import Column, checked_value
from simulated_tenant.storage import Storage, Table


@dataclass(kw_only=True, slots=True)
class Item:
    """One row; ``change`` is its place in the list's log of changes."""

    id: int
    list_id: str
    guid: str
    created_at: datetime
    modified_at: datetime
    visible_at: datetime
    created_by: str
    modified_by: str
    change: int
    version: int = 1
    fields: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False

    @property
    def etag(self) -> str:
        """The eTag, quotes included, as it stands in headers and JSON."""
        return f'"{self.guid},{self.version}"'


@dataclass(kw_only=True, slots=True)
class ListDefinition:
    """What a list is, without its items; ``next_id`` and ``last_change`` only ever grow."""

    id: str
    site_id: str
    name: str
    display_name: str
    created_at: datetime
    description: str = ""
    template: str = "genericList"
    columns: list[Column] = field(default_factory=list)
    next_id: int = 1
    last_change: int = 0
    # Delta tokens name the epoch they were made in; a new epoch makes all of them too old.
    delta_epoch: int = 1


class SharePointList:
    """The items of one list and everything that must hold among them."""

    def __init__(
        self, definition: ListDefinition, storage: Storage, definitions: Table[ListDefinition]
    ) -> None:
        """Load the items and build the indexes."""
        self.definition = definition
        self._definitions = definitions
        self._items = Table(storage, f"item/{definition.id}", Item)
        self._values: dict[str, dict[Any, dict[int, Item]]] = {}
        self._changes: dict[int, Item] = {}
        self._live = sum(not item.deleted for item in self._items.values())
        for item in sorted(self._items.values(), key=lambda stored: stored.change):
            self._changes[item.id] = item
            if item.change > definition.last_change or item.id >= definition.next_id:
                # The definition isn't written with every item; the items know better.
                definition.last_change = max(definition.last_change, item.change)
                definition.next_id = max(definition.next_id, item.id + 1)
        self.rebuild_indexes()

    def save(self) -> None:
        """Store the definition."""
        self._definitions.put(self.definition.id, self.definition)

    def expire_delta_tokens(self) -> None:
        """Make every delta token given out so far too old."""
        self.definition.delta_epoch += 1
        self.save()

    def column(self, name: str) -> Column | None:
        """Find a column by its internal name."""
        return next((found for found in self.definition.columns if found.name == name), None)

    def rebuild_indexes(self) -> None:
        """Index all items anew, after a change of columns."""
        self._values = {column.name: {} for column in self.definition.columns if column.indexed}
        for item in self.items():
            self._index(item)

    def items(self) -> Iterator[Item]:
        """Iterate over the rows in the order of their ids."""
        return (item for item in self._items.values() if not item.deleted)

    def __len__(self) -> int:
        """Count the rows."""
        return self._live

    def find(self, item_id: str) -> Item | None:
        """Find a row by its id, which Graph writes as a string."""
        item = self._items.get(item_id)
        return None if item is None or item.deleted else item

    def holding(self, column_name: str, value: Any) -> list[Item] | None:
        """Find rows by the value of an indexed column, or None where it isn't indexed."""
        index = self._values.get(column_name)
        if index is None:
            return None
        return sorted(index.get(_folded(value), {}).values(), key=lambda item: item.id)

    def add(self, fields: dict[str, Any], *, by: str, now: datetime, visible_at: datetime) -> Item:
        """Add a row; a refused one leaves nothing behind."""
        checked = self._checked(fields, None)
        definition = self.definition
        definition.last_change += 1
        item = Item(
            id=definition.next_id,
            list_id=definition.id,
            guid=str(uuid.uuid4()),
            created_at=now,
            modified_at=now,
            visible_at=visible_at,
            created_by=by,
            modified_by=by,
            change=definition.last_change,
            fields={name: value for name, value in checked.items() if value is not None},
        )
        definition.next_id += 1
        self._live += 1
        self._store(item)
        self._index(item)
        return item

    def update(self, item: Item, fields: dict[str, Any], *, by: str, now: datetime) -> None:
        """Change columns of a row; every update makes a version, even one that changes nothing."""
        checked = self._checked(fields, item)
        self._unindex(item)
        for name, value in checked.items():
            if value is None:
                item.fields.pop(name, None)
            else:
                item.fields[name] = value
        item.version += 1
        item.modified_at, item.modified_by = now, by
        self._changed(item)
        self._index(item)

    def delete(self, item: Item) -> None:
        """Delete a row; the log of changes keeps that it was there."""
        self._unindex(item)
        self._live -= 1
        item.deleted = True
        item.fields = {}
        self._changed(item)

    def changes_after(self, change: int) -> list[Item]:
        """Return the rows changed since, deleted ones included, in the order of change."""
        newer = []
        for item in reversed(self._changes.values()):
            if item.change <= change:
                break
            newer.append(item)
        return newer[::-1]

    def _changed(self, item: Item) -> None:
        self.definition.last_change += 1
        item.change = self.definition.last_change
        self._changes.pop(item.id, None)
        self._store(item)

    def _store(self, item: Item) -> None:
        self._changes[item.id] = item
        self._items.put(str(item.id), item)

    def _checked(self, fields: dict[str, Any], item: Item | None) -> dict[str, Any]:
        checked = {}
        for name, value in fields.items():
            if name.startswith("@odata."):
                continue
            column = self.column(name)
            if column is None:
                raise bad_request(f"Field '{name}' is not recognized", "invalidRequest")
            checked[name] = checked_value(column, value)
        for name, value in checked.items():
            self._check_unique(name, value, item)
        return checked

    def _check_unique(self, name: str, value: Any, item: Item | None) -> None:
        column = self.column(name)
        if column is None or not column.enforce_unique_values or value is None:
            return
        others = self.holding(name, value) or []
        if any(item is None or other.id != item.id for other in others):
            raise GraphError(
                HTTPStatus.CONFLICT,
                "nameAlreadyExists",
                "The list item could not be added or updated because duplicate values were found"
                f" in the following field(s) in the list: [{name}].",
            )

    def _index(self, item: Item) -> None:
        for name, index in self._values.items():
            index.setdefault(_folded(item.fields.get(name)), {})[item.id] = item

    def _unindex(self, item: Item) -> None:
        for name, index in self._values.items():
            index.get(_folded(item.fields.get(name)), {}).pop(item.id, None)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
