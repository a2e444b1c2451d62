"""The audit log: who did what, when and why, and whether anybody has changed it."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Query, Response
from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticKnownError

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.files import csv_answers
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.tables import TablesOf
from api.exports.audit import audit_file
from client.audit.entry_json import check_json, entry_json
from database.audit.chain import verify
from database.audit.entries import AuditFilter, read_entries
from domain.portal.roles import Permission
from domain.tables.audit import LARGEST_NUMBER, AuditAction, AuditHead

router = rest_router("audit")

AUDIT = "/api/audit"
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_YEAR = re.compile(r"[0-9]{4}-")

AuditorOf = Annotated[Caller, Depends(allowed(Permission.AUDIT))]


class ActorModel(RestModel):
    """Who acted."""

    name: str = Field(description="Their name.", examples=["Ada Lovelace"])
    object_id: str | None = Field(description="Their ObjectId; null: nobody has verified the name.")
    app: str | None = Field(description="The application ID of the program.")
    address: str | None = Field(description="The network address that they came from.")
    is_verified: bool = Field(description="Whether Entra ID vouched for them.")


class AuditEntryModel(RestModel):
    """An action, or how it ended: that entry `answers` the number of the first."""

    number: int = Field(description="Its number.")
    at: datetime = Field(description="When.")
    actor: ActorModel = Field(description="Who.")
    action: str = Field(description="What.", examples=["pause"])
    person: str | None = Field(description="The ObjectId of the person whom it is about.")
    reason: str | None = Field(description="Why; of an outcome, what else came of it.")
    answers: int | None = Field(description="The number of the action whose outcome this is.")
    outcome: str | None = Field(description="How it ended.", examples=["done"])


class AuditPageModel(RestModel):
    """Entries, the latest first."""

    entries: list[AuditEntryModel] = Field(description="The entries.")
    next: int | None = Field(description="Send it as `before` for the next page; null: the last.")


class AuditCheckModel(RestModel):
    """What a check of the whole log found."""

    is_whole: bool = Field(description="Whether no entry was changed, removed or inserted.")
    broken_at: int | None = Field(description="The first number that is wrong.")
    head: str = Field(
        description="Number and hash of the last entry: keep it elsewhere, and send it with a "
        "later check, which then notices a log whose end was cut off.",
        examples=[f"4711:{'0' * 60}af31"],
    )


def _with_year(value: str) -> str:
    """Refuse a bare number, which Pydantic reads as seconds since 1970: 2026 is no instant."""
    if not _YEAR.match(value):
        raise PydanticKnownError("datetime_parsing", {"error": "invalid character in year"})
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_with_year)]


async def _wanted(
    person: Annotated[UUID | None, Query(description="Only about this ObjectId.")] = None,
    actor: Annotated[UUID | None, Query(description="Only by this ObjectId.")] = None,
    action: Annotated[AuditAction | None, Query(description="Only this action.")] = None,
    since: Annotated[Instant | None, Query(description="From this instant on.")] = None,
    until: Annotated[Instant | None, Query(description="Before this instant.")] = None,
) -> AuditFilter:
    return AuditFilter(
        person=None if person is None else str(person),
        actor_id=None if actor is None else str(actor),
        action=action,
        since=since,
        until=until,
    )


WantedOf = Annotated[AuditFilter, Depends(_wanted)]


@router.get(AUDIT, operation_id="listAudit")
async def list_entries(
    _: AuditorOf,
    tables: TablesOf,
    wanted: WantedOf,
    *,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST_NUMBER, description="`next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Entries of a page.")] = 100,
) -> AuditPageModel:
    """Tell who did what, when and why; the latest first."""
    async with tables.reading() as connection:
        found = await read_entries(connection, wanted, before=before, limit=limit + 1)
    numbers = sorted(found, reverse=True)
    shown = numbers[:limit]
    return AuditPageModel(
        entries=[AuditEntryModel.model_validate(entry_json(one, found[one])) for one in shown],
        next=shown[-1] if len(numbers) > limit else None,
    )


@router.get(AUDIT + "/export.csv", operation_id="exportAudit", **csv_answers())
async def export(_: AuditorOf, tables: TablesOf, wanted: WantedOf) -> Response:
    """Return all these entries as CSV, the latest first."""
    return audit_file(tables, wanted)


@router.get(AUDIT + "/verify", operation_id="verifyAudit")
async def verify_log(
    _: AuditorOf,
    tables: TablesOf,
    head: Annotated[
        str | None, Query(description="A head that was noted earlier, as NUMBER:HASH.")
    ] = None,
) -> AuditCheckModel:
    """Check that no entry was changed, removed or inserted."""
    known = None
    if head is not None:
        found = _HEAD.fullmatch(head)
        if found is None:
            raise HTTPException(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "head is a number, a colon and 64 hexadecimal digits.",
            )
        known = AuditHead(number=int(found[1]), hash=found[2])
    async with tables.reading() as connection:
        check = await verify(connection, known)
    return AuditCheckModel.model_validate(check_json(check))
