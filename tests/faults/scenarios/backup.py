"""An old backup of our tables is restored beside a Temporal that went on."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from database.engine import default_url
from domain.identifiers import HIGH_WATER_SCHEDULE_ID
from tests.faults.arrangement import Arrangement
from tests.faults.parts import API, WORKER
from tests.faults.scenarios.trouble import Trouble
from tests.support.world import eventually

NOTICED = "database is older than it was"


@contextmanager
def without_mails_log(folder: Path) -> Iterator[Arrangement]:
    """Start everything as ever; what the log of mails held since the backup stays lost."""
    yield Arrangement(lost_mail_rows=True)


async def old_backup(trouble: Trouble) -> None:
    """Take a backup amid the rollout, restore it when much has happened since, and rebuild.

    The processes are stopped, not killed, and `rebuild` runs while the worker is at work: as the
    documents say.
    """
    tables = Path(str(make_url(default_url(trouble.layout.data_dir)).database))
    backup = trouble.folder / "backup.sqlite"
    await trouble.invited(trouble.lot.uniform(0.1, 0.3))
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    await asyncio.to_thread(_back_up, tables, backup)
    await trouble.invited(trouble.lot.uniform(0.7, 0.9))
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    for name in (API, WORKER):
        await trouble.parts.stop(name)
    for file in tables.parent.glob(f"{tables.name}*"):
        file.unlink()
    shutil.copyfile(backup, tables)
    await asyncio.gather(trouble.parts.start(API), trouble.parts.start(WORKER))
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    await eventually(lambda: NOTICED in trouble.parts.log(WORKER))
    status, output = await trouble.verb("rebuild")
    trouble.expect(status == 0, f"rebuild ended with {status}: {output}")


def _back_up(tables: Path, backup: Path) -> None:
    with closing(sqlite3.connect(tables)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
