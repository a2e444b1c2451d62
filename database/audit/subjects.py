"""Who the subjects of the audit log are: numbers there, people here, until they are erased."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import audit_subject
from database.upsert import insert_if_absent


async def number_of(connection: AsyncConnection, object_id: str, new_number: int) -> int:
    """Return a person's number. It is the number of the first row about them: never given twice."""
    values = {"number": new_number, "object_id": object_id}
    await connection.execute(insert_if_absent(connection.dialect.name, audit_subject), values)
    query = select(audit_subject.c.number).where(audit_subject.c.object_id == object_id)
    return int((await connection.scalars(query)).one())


async def forget(connection: AsyncConnection, object_id: str) -> bool:
    """Forget who a subject is; the log keeps its number, and its chain stays whole."""
    forgotten = delete(audit_subject).where(audit_subject.c.object_id == object_id)
    return (await connection.execute(forgotten)).rowcount == 1
