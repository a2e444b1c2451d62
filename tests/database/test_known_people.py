"""Who is in the tables: imports ask about all their rows, the reconcile reads the mirror."""

import pytest

from database.engine import Database
from database.enrolments.known_people import read_known
from database.tracking_list.mirrored_rows import read_mirrored
from domain.status import InviteStatus
from tests.database.values import object_id, person, put


@pytest.mark.parametrize("others", [0, 2500])
async def test_an_import_asks_about_all_its_rows_at_once(database: Database, others: int) -> None:
    """Those who are in the tables come back, however many are asked about."""
    await put(database, person(1, status=InviteStatus.ACTIVE))
    await put(database, person(2))
    asked = [object_id(number) for number in (1, 2, *range(100, 100 + others))]
    async with database.reading() as connection:
        known = await read_known(connection, asked)
    assert {one: found.status for one, found in known.items()} == {
        object_id(1): InviteStatus.ACTIVE,
        object_id(2): InviteStatus.SENT,
    }


async def test_the_mirror_is_read_in_one_pass(database: Database) -> None:
    """Every row that has a person comes once, with the columns as they were written."""
    for number in range(5):
        await put(database, person(number, item_id=str(number), written={"Title": str(number)}))
    seen: list[object] = []
    async with database.reading() as connection:
        rows = await read_mirrored(connection, limit=2)
        while rows:
            seen += [row.written["Title"] for row in rows]
            rows = await read_mirrored(connection, after=rows[-1].object_id, limit=2)
    assert seen == ["0", "1", "2", "3", "4"]
