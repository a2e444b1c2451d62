"""When and from where a person is mailed, where their import chose that."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from database.imports.imports import read_options_of_batch
from domain.imports.options.of_person import hours_sentence, options_of_person
from domain.imports.options.options import ImportOptions
from domain.tables.enrolment import EnrolmentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOptions:
    """Hours in words, and mailboxes; None where the settings hold for the person."""

    hours: str | None
    mailboxes: tuple[str, ...] | None


async def read_own_options(
    connection: AsyncConnection, row: EnrolmentRecord, time_zone: str
) -> OwnOptions:
    """Return what the import that brought a person chose."""
    imports = await read_options_of_batch(connection, row.batch_id)
    own = options_of_person(
        map(ImportOptions.from_json, imports), send_hours=row.send_hours, sender=row.sender
    )
    named = own is not None and (own.send_window or own.send_days)
    return OwnOptions(
        hours=hours_sentence(row.send_hours, time_zone) if named and row.send_hours else None,
        mailboxes=own.sender_mailboxes if own is not None else None,
    )
