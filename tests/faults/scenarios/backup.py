"""An old backup of our tables is restored beside a Temporal that went on."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from database.engine import default_url
from domain.identifiers import HIGH_WATER_SCHEDULE_ID
from tests.faults.parts import API, WORKER
from tests.faults.scenarios.trouble import Trouble
from tests.support.eventually import eventually

NOTICED = "database is older than it was"


async def old_backup(trouble: Trouble) -> None:
    """Take a backup amid the rollout, restore it when much has happened since, and rebuild.

    The processes are stopped, not killed, and `rebuild` runs while the worker is at work: as the
    documents say.
    """
    backup = trouble.folder / "backup"
    await trouble.invited(trouble.lot.uniform(0.1, 0.3))
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    await _back_up(trouble, backup)
    trouble.people_act.set()
    await trouble.invited(trouble.lot.uniform(0.7, 0.9))
    # However few people there are, something is written after the backup.
    await trouble.on_the_list("ClickedLinkDate", 1)
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    for name in (API, WORKER):
        await trouble.parts.stop(name)
    await _restore(trouble, backup)
    await asyncio.gather(trouble.parts.start(API), trouble.parts.start(WORKER))
    await trouble.come_round(HIGH_WATER_SCHEDULE_ID)
    await eventually(lambda: NOTICED in trouble.parts.log(WORKER))
    status, output = await trouble.verb("rebuild")
    trouble.expect(status == 0, f"rebuild ended with {status}: {output}")


async def _back_up(trouble: Trouble, backup: Path) -> None:
    if trouble.postgresql is not None:
        await trouble.postgresql.back_up(trouble.layout.database_url, backup)
        return
    await asyncio.to_thread(_vacuum, _embedded(trouble), backup)


async def _restore(trouble: Trouble, backup: Path) -> None:
    if trouble.postgresql is not None:
        await trouble.postgresql.restore(trouble.layout.database_url, backup)
        return
    tables = _embedded(trouble)
    for file in tables.parent.glob(f"{tables.name}*"):
        file.unlink()
    shutil.copyfile(backup, tables)


def _embedded(trouble: Trouble) -> Path:
    return Path(str(make_url(default_url(trouble.layout.data_dir)).database))


def _vacuum(tables: Path, backup: Path) -> None:
    with closing(sqlite3.connect(tables)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
