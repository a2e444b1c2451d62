"""The change of hour comes amid the rollout: a time zone is made whose clocks change just then."""

import os
import struct
import time
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from database.engine import Database, default_url
from database.schema import sent_mail
from tests.faults.arrangement import Arrangement
from tests.faults.scenarios.trouble import Trouble

ZONE = "Test/Change"
HOUR = 3_600
# From the making of the zone until its clocks change: the import is under way by then, and waits.
CHANGES_AFTER_SECONDS = 30
_CHANGES_AT = "clocks-change-at"


def zone_file(change_at: int, before: int, after: int) -> bytes:
    """Return a zone whose offset from UTC, in seconds, changes once (RFC 8536, version 1)."""
    counts = struct.pack(">6l", 0, 0, 0, 1, 2, 8)
    kinds = struct.pack(">lbb", before, 0, 0) + struct.pack(">lbb", after, 1, 4)
    # The second kind of time holds from the change on, the first before it.
    return b"TZif" + bytes(16) + counts + struct.pack(">lb", change_at, 1) + kinds + b"OLD\0NEW\0"


def _with_change(
    *, local_before: int, change: int, window: str
) -> Callable[[Path], AbstractContextManager[Arrangement]]:
    """Return an arrangement in whose zone the clocks change, and with them the window opens.

    Args:
        local_before: seconds of the day that the clocks show when they change.
        change: seconds by which they are put on.
        window: in which mails may leave: it is closed before the change, and open from then on.
    """

    @contextmanager
    def arranged(folder: Path) -> Iterator[Arrangement]:
        change_at = int(time.time()) + CHANGES_AFTER_SECONDS
        before = (local_before - change_at + 12 * HOUR) % (24 * HOUR) - 12 * HOUR
        file = folder / "zones" / ZONE
        file.parent.mkdir(parents=True)
        file.write_bytes(zone_file(change_at, before, before + change))
        (folder / _CHANGES_AT).write_text(str(change_at))
        yield Arrangement(
            environment={
                "PYTHONTZPATH": os.pathsep.join([str(folder / "zones"), *zoneinfo.TZPATH]),
                "TIME_ZONE": ZONE,
                "SEND_WINDOW": window,
            }
        )

    return arranged


# From 02:00 to 03:00: the window opens in the hour that is left out, and so at its end.
spring = _with_change(local_before=2 * HOUR, change=HOUR, window="02:30-08:00")
# From 03:00 back to 02:00: the window has closed, and opens for a second time.
autumn = _with_change(local_before=3 * HOUR, change=-HOUR, window="02:00-02:59")


async def clocks_change(trouble: Trouble) -> None:
    """Wait until everybody has their mail, and see that none left before the window opened."""
    await trouble.invited()
    opened_at = datetime.fromtimestamp(int((trouble.folder / _CHANGES_AT).read_text()), UTC)
    database = Database(trouble.layout.database_url or default_url(trouble.layout.data_dir))
    try:
        async with database.reading() as connection:
            sent = (await connection.scalars(select(sent_mail.c.sending_at))).all()
    finally:
        await database.close()
    early = [at for at in sent if at < opened_at]
    trouble.expect(not early, f"{len(early)} mails left before the window opened")
