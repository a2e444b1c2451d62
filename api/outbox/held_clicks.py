"""Lets every API know of the clicks that wait in the outbox of one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.rollout.held_clicks import hold_click, read_holder, release_clicks
from domain.tracking_token import candidate_object_ids

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=1)
"""How long somebody who has clicked waits for the database, and the delivery of a click."""

RETRY_AFTER = timedelta(seconds=5)
"""How long the database is left alone before a click that it still names is taken out again."""


class HeldClicks:
    """Notes in our tables whose click waits; an API that is restarted, or another, reads it there.

    What can't be noted costs nobody their click: another API shows the button once more, and the
    enrolment drops the repeat. What can't be taken out again is tried until it can: the button
    would be hidden from somebody whose click has long been told.
    """

    def __init__(
        self,
        database: Database | None,
        token_keys: Sequence[bytes],
        *,
        retry_after: timedelta = RETRY_AFTER,
    ) -> None:
        """Take the tables, if there are any, and the ring of keys."""
        self._database = database
        self._keys = token_keys
        self._retry_after = retry_after
        self._unreleased: dict[str, datetime] = {}
        self._releasing: asyncio.Task[None] | None = None

    async def hold(self, object_id: str, at: datetime) -> None:
        """Note that somebody's click is about to wait; never raises."""
        await self._write(lambda tables: hold_click(tables, object_id, at=at))

    async def holder(self, at: datetime) -> str | None:
        """Return whose click of an instant waits: their ObjectId, None where nobody can say.

        Raises:
            DatabaseUnavailable: the tables can't be read.
            TimeoutError: not in time.
        """
        if self._database is None:
            return None
        async with asyncio.timeout(PATIENCE.total_seconds()), self._database.reading() as tables:
            return await read_holder(tables, at)

    async def release(self, token: str, until: datetime) -> None:
        """Note that the clicks of a link up to an instant wait no more; never raises."""
        waited = dict.fromkeys(candidate_object_ids(token, self._keys), until)
        if await self._release(waited):
            return
        self._unreleased.update(waited)
        if self._releasing is None:
            self._releasing = asyncio.create_task(self._release_later())

    async def close(self) -> None:
        """Stop trying."""
        if self._releasing is not None:
            self._releasing.cancel()
            await asyncio.gather(self._releasing, return_exceptions=True)

    async def _release_later(self) -> None:
        try:
            while self._unreleased:
                await asyncio.sleep(self._retry_after.total_seconds())
                waiting = dict(self._unreleased)
                if await self._release(waiting):
                    # What has come in meanwhile is newer, and stays.
                    for object_id, noted in waiting.items():
                        if self._unreleased[object_id] == noted:
                            del self._unreleased[object_id]
        finally:
            self._releasing = None

    async def _release(self, until: Mapping[str, datetime]) -> bool:
        return await self._write(lambda tables: release_clicks(tables, until))

    async def _write(self, change: Callable[[AsyncConnection], Awaitable[None]]) -> bool:
        if self._database is None:
            return True
        try:
            async with (
                asyncio.timeout(PATIENCE.total_seconds()),
                self._database.writing() as tables,
            ):
                await change(tables)
        except Exception as error:  # noqa: BLE001 - whatever it is: the click itself is safe
            log.warning("waiting click not noted", error=type(error).__name__)
            return False
        return True
