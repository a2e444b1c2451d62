"""A process that migrates, for tests that end it in the middle: ``migrating URL MIGRATIONS``."""

import asyncio
import sys
from pathlib import Path

from database.engine import Database
from database.migrate import upgrade


async def _main(url: str, migrations: str) -> None:
    database = Database(url)
    print(*await upgrade(database, migrations=Path(migrations)), flush=True)  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
