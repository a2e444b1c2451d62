"""Lets every API know of the clicks that wait in the outbox of one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.rollout.held_clicks import hold_click, release_clicks
from domain.tracking_token import candidate_object_ids

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=1)
"""How long somebody who has clicked waits for the database."""

COUNTS_FOR = timedelta(hours=1)
"""How long a click that waits hides the button, should its outbox never be read again."""


class HeldClicks:
    """Notes in our tables whose click waits; an API that is restarted, or another, reads it there.

    What can't be noted costs nobody their click: another API shows the button once more, and the
    enrolment drops the repeat.
    """

    def __init__(self, database: Database | None, token_keys: Sequence[bytes]) -> None:
        """Take the tables, if there are any, and the ring of keys."""
        self._database = database
        self._keys = token_keys

    async def hold(self, object_id: str) -> None:
        """Note that somebody's click is about to wait; never raises."""
        now = datetime.now(UTC)
        await self._write(lambda tables: hold_click(tables, object_id, at=now))

    async def release(self, token: str) -> None:
        """Note that the click of a link waits no more; never raises."""
        object_ids = candidate_object_ids(token, self._keys)
        await self._write(lambda tables: release_clicks(tables, object_ids))

    async def _write(self, change: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        if self._database is None:
            return
        try:
            async with (
                asyncio.timeout(PATIENCE.total_seconds()),
                self._database.writing() as tables,
            ):
                await change(tables)
        except Exception as error:  # noqa: BLE001 - whatever it is: the click itself is safe
            log.warning("waiting click not noted", error=type(error).__name__)
