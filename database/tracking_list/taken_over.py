"""Whose row on the list another account has taken over, as the tables tell by themselves."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.record import note_replaced
from database.schema import enrolment
from domain.status import EnrolmentEnd


async def note_taken_over(connection: AsyncConnection) -> int:
    """Note who has the name and the row of people who are gone; returns how many of these.

    Item and user principal name have to be the same: another list gives its ids anew. Of several
    such accounts the one that isn't gone has the name now.
    """
    e = enrolment.c
    query = select(e.object_id, e.item_id, e.upn, e.ended, e.replaced_by)
    owners = defaultdict(list)
    for row in await connection.execute(query.where(e.item_id.is_not(None), e.upn.is_not(None))):
        owners[row.item_id, row.upn.casefold()].append(row)
    noted = 0
    for accounts in owners.values():
        present = [row for row in accounts if row.ended is not EnrolmentEnd.GONE]
        if len(present) != 1:
            continue
        for row in accounts:
            if row.ended is EnrolmentEnd.GONE and row.replaced_by is None:
                await note_replaced(connection, row.object_id, by=present[0].object_id)
                noted += 1
    return noted
