"""How many people stand where, as SQLite counts them with each write; PostgreSQL has no such table.

Its triggers are in the first migration.
"""

from sqlalchemy import BigInteger, column, table

from database.types import Choice, Words
from domain.status import EnrolmentEnd, InviteStatus

people_count = table(
    "people_count",
    column("batch_id", Words()),
    column("department", Words()),
    column("status", Choice(InviteStatus)),
    column("ended", Choice(EnrolmentEnd)),
    column("people", BigInteger()),
)
