"""Who has the name and the row of somebody who is gone is found again after a rebuild."""

from database.engine import Database
from database.enrolments.person import read_record
from database.tracking_list.list_pass import ListPass
from domain.status import EnrolmentEnd
from tests.database.values import TOMBSTONES, object_id, person, put

UPN = "ada@contoso.com"


async def _replaced_by(database: Database, number: int) -> str | None:
    row = await database.read(lambda connection: read_record(connection, object_id(number)))
    assert row is not None
    return row.replaced_by


async def test_former_owners_of_a_row_learn_who_has_it(database: Database) -> None:
    """Each account that is gone gets the present one; whoever has another row or name doesn't."""
    gone = EnrolmentEnd.GONE
    former = [
        person(1, upn=UPN, item_id="7", ended=gone),
        person(2, upn="Ada@contoso.com", item_id="7", ended=gone),
    ]
    others = [
        person(4, upn=UPN, item_id="8", ended=gone),
        person(5, upn="bob@contoso.com", item_id="7", ended=gone),
        person(6, upn=UPN, item_id=None, ended=gone),
    ]
    for row in (*former, *others, person(3, upn=UPN, item_id="7")):
        await put(database, row)
    tables = ListPass(database, TOMBSTONES)

    assert await tables.note_taken_over() == 2

    assert [await _replaced_by(database, one) for one in (1, 2)] == [object_id(3)] * 2
    assert [await _replaced_by(database, one) for one in (3, 4, 5, 6)] == [None] * 4
    assert await tables.note_taken_over() == 0


async def test_two_accounts_with_one_row_are_not_guessed_at(database: Database) -> None:
    """Where two accounts are said to have the row, nobody is named."""
    await put(database, person(1, upn=UPN, item_id="7", ended=EnrolmentEnd.GONE))
    for number in (2, 3):
        await put(database, person(number, upn=UPN, item_id="7"))

    assert await ListPass(database, TOMBSTONES).note_taken_over() == 0
    assert await _replaced_by(database, 1) is None
