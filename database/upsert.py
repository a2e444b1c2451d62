"""INSERT … ON CONFLICT, which each engine has under a name of its own."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert


def insert(dialect: str, table: Table) -> Insert:
    """Return an INSERT for ``sqlite`` or ``postgresql``; both have the same methods."""
    if dialect == "sqlite":
        return cast("Insert", sqlite.insert(table))
    return postgresql.insert(table)


@cache
def insert_or_replace(dialect: str, table: Table) -> Insert:
    """Return an INSERT whose values replace those of a row with the same key."""
    statement = insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


@cache
def insert_if_absent(dialect: str, table: Table) -> Insert:
    """Return an INSERT that leaves a row with the same key as it is."""
    return insert(dialect, table).on_conflict_do_nothing()


def parameters(
    rows: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
    """Return rows as a statement takes them: one alone costs half as much as a list of one."""
    return rows[0] if len(rows) == 1 else rows
