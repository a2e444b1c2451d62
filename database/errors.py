"""What goes wrong with the database, in the terms of its callers.

``DatabaseError``
├── ``DatabaseUnavailable``: away, full, read-only or busy; worth another try
├── ``SchemaOutdated``: the tables are older than this program; an admin migrates them
└── ``UnknownBatch`` and ``UnknownDepartment``: nobody is in it
"""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.failures import PassingFailure, PermanentFailure, RolloutError

# Classes and codes of PostgreSQL that pass by themselves, or once an admin has acted: connection,
# rolled back, resources, locked, shut down, system; read-only, no right, no such column or table.
_PASSING_CLASSES = frozenset({"08", "40", "53", "55", "57", "58"})
_PASSING_CODES = frozenset({"25006", "42501", "42703", "42P01"})


class DatabaseError(RolloutError):
    """The database can't do what was asked."""


class DatabaseUnavailable(DatabaseError, PassingFailure):
    """The database is away, full, read-only or busy; the same call may succeed later."""


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
        return DatabaseUnavailable(f"PostgreSQL answered {state}.") if passing else None
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return DatabaseUnavailable(f"The database can't be used: {_reason(error)}.")
    return None


def _reason(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorname", None)
    return code if isinstance(code, str) else type(error.orig).__name__
