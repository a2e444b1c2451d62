"""A column by which SQLite doesn't choose an index."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True


@compiles(_Unindexed)
def _as_it_is(element: _Unindexed, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(_Unindexed, "sqlite")
def _with_sign(element: _Unindexed, compiler: Any, **options: Any) -> str:
    """A plus sign changes no value, and keeps a term from steering the choice of an index."""
    return f"+{compiler.process(element.clauses, **options)}"


def unindexed(column: ColumnElement[T]) -> ColumnElement[T]:
    """Return a column's value for conditions; SQLite then reads by another index.

    PostgreSQL chooses well by itself.
    """
    made = _Unindexed(column)
    made.type = column.type
    return made
