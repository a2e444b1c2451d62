"""The database for more than one machine: PostgreSQL through asyncpg."""

from typing import Any

from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import URL, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECTIONS = 5
SPARE_CONNECTIONS = 5
CONNECT_WITHIN = 10
"""Seconds in which the server answers, or the connection is given up."""

_SETTINGS = {
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    # Whatever the server's default is: a mail leaves after a row that survives a crash.
    "synchronous_commit": "on",
    # Compiling costs more than it saves in queries of milliseconds.
    "jit": "off",
    # Our indexes are in memory, or on a disk without arms: lists and searches read them in order.
    "random_page_cost": "1.1",
    "timezone": "UTC",
}


def engine(url: URL, application: str) -> AsyncEngine:
    """Return an engine that notices connections that died while nobody used them."""
    made = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=SPARE_CONNECTIONS,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_WITHIN,
            "server_settings": {**_SETTINGS, "application_name": application},
        },
    )

    # The pool's own `pool_pre_ping` opens a transaction for it: three round trips in place of one.
    @event.listens_for(made.sync_engine, "checkout")
    def _ping(connection: Any, _record: Any, _proxy: Any) -> None:
        try:
            connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=CONNECT_WITHIN))
        # The last but one: somebody who was cancelled has left it in the middle of something.
        except (OSError, PostgresError, InternalClientError, InterfaceError) as error:
            raise DisconnectionError from error

    return made
