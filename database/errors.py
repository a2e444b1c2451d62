"""What goes wrong with the database, in the terms of its callers.

``DatabaseError``
├── ``DatabaseUnavailable``: away, full, read-only, busy, damaged or closed to us; worth another try
├── ``SchemaOutdated``: the tables are older than this program; an admin migrates them
└── ``UnknownBatch`` and ``UnknownDepartment``: nobody is in it
"""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from database.texts import POSTGRESQL, SQLITE
from domain.failures import PassingFailure, PermanentFailure, RolloutError

# Classes and codes of PostgreSQL that pass by themselves, or once an admin has acted: connection,
# sign-in, no such database, rolled back, resources, locked, shut down, system, internal; read-only,
# a transaction that took too long, a statement that a pool in between forgot, no right, no such
# column or table.
_PASSING_CLASSES = frozenset({"08", "28", "3D", "40", "53", "55", "57", "58", "XX"})
_PASSING_CODES = frozenset({"25006", "25P03", "25P04", "26000", "42501", "42703", "42P01"})
# A file that is no database, or a damaged one, until somebody restores it.
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class DatabaseError(RolloutError):
    """The database can't do what was asked."""


class DatabaseUnavailable(DatabaseError, PassingFailure):
    """The database can't be used as it is; the same call may succeed later."""


class SchemaOutdated(DatabaseError, PermanentFailure):
    """The tables are older than this program needs."""


class UnknownBatch(DatabaseError):
    """No import and no person has this batch id."""


class UnknownDepartment(DatabaseError):
    """No person is in this department."""


def unavailable(error: BaseException) -> DatabaseUnavailable | None:
    """Return the failure as ``DatabaseUnavailable`` when it is one, None when it is a bug.

    The message holds no parameters and no details: they would name people.
    """
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailable("All connections to the database are in use.")
    if isinstance(error, OSError):
        return DatabaseUnavailable(f"The database can't be reached ({type(error).__name__}).")
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        passing = state[:2] in _PASSING_CLASSES or state in _PASSING_CODES
        helps = _helps(POSTGRESQL, state)
        return DatabaseUnavailable(f"PostgreSQL answered {state}.{helps}") if passing else None
    if (
        error.connection_invalidated
        or isinstance(error, OperationalError | InterfaceError)
        or _reason(error).startswith(_DAMAGED)
    ):
        reason = _reason(error)
        return DatabaseUnavailable(f"The database can't be used: {reason}.{_helps(SQLITE, reason)}")
    return None


def _helps(texts: Mapping[str, str], said: str) -> str:
    """Return what helps, behind a space; nothing where that isn't known."""
    return next((f" {text}" for begin, text in texts.items() if said.startswith(begin)), "")


def _reason(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorname", None)
    return code if isinstance(code, str) else type(error.orig).__name__
