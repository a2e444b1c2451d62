"""Imports and dry runs that were made, and what became of their rows, from our tables alone."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import HTTPException, Path, Query, Response
from pydantic import Field

from api.admin.auth import ImporterOf, LookerOf
from api.admin.rest.files import csv_answers
from api.admin.rest.imports.batch_models import ImportOptionsModel
from api.admin.rest.models import RestModel, problems, rest_router
from api.admin.rest.tables import TablesOf
from api.exports.rejects import rejects_file
from database.imports.imports import read_import, read_imports
from database.imports.rows import REJECTED, read_rows
from domain.imports.options.options import ImportOptions
from domain.imports.texts import imported_row_text
from domain.tables.import_parts import totals
from domain.tables.imports import (
    LARGEST_LINE,
    ImportRecord,
    ImportRow,
    ImportState,
    RowOutcome,
)

router = rest_router("imports")

IMPORTS = "/api/imports"
ImportId = Annotated[
    str, Path(alias="importId", max_length=200, description="`importId` of the list of imports.")
]


class ImportModel(RestModel):
    """One import or dry run."""

    import_id: str = Field(
        description="Its id: of the batch and the file's content.",
        examples=["mfa-batch-wave-1-0123456789ab"],
    )
    batch_id: str = Field(description="The batch.", examples=["wave-1"])
    dry_run: bool = Field(description="Whether nobody was started.")
    requested_by: str = Field(
        description="Who imported: an ObjectId or a login.",
        examples=["3c5b0000-0000-4000-8000-000000000002"],
    )
    requested_at: datetime = Field(description="When.")
    file_name: str | None = Field(description="The file's name; null: entered by hand.")
    file_hash: str = Field(
        description="SHA-256 of the people in the file.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    rows: int = Field(description="Rows of the file that name somebody.")
    rows_done: int = Field(description="Rows that have been looked at.")
    counts: dict[str, int] = Field(
        description="What became of the rows.", examples=[{"started": 24, "rejected": 1}]
    )
    options: ImportOptionsModel = Field(description="What it names in place of the settings.")
    state: ImportState = Field(description="How far it has come.")
    trouble: str | None = Field(description="What an admin has to do before it goes on.")
    last_invitation_at: datetime | None = Field(description="When the last invitation is due.")
    finished_at: datetime | None = Field(description="When it ended.")


class ImportsModel(RestModel):
    """Imports, the latest first."""

    imports: list[ImportModel] = Field(description="The imports.")


class ImportRowModel(RestModel):
    """What became of one row of a file."""

    line: int = Field(description="The line of the file.")
    value: str = Field(description="What stood there.", examples=["adda@contoso.com"])
    outcome: RowOutcome = Field(description="What became of it.")
    code: str | None = Field(description="Why, for programs.")
    reason: str = Field(
        description="Why, in a sentence.", examples=["The directory knows nobody of this name."]
    )
    candidates: list[str] = Field(
        description="Who may have been meant.", examples=[["ada@contoso.com"]]
    )
    object_id: str | None = Field(description="The person, where one was found.")


class ImportRowsModel(RestModel):
    """A page of rows, in the order of their lines."""

    rows: list[ImportRowModel] = Field(description="The rows.")
    next: int | None = Field(description="Send it as `after` for the next page; null: the last.")


@router.get(IMPORTS, operation_id="listImports")
async def list_imports(
    _: LookerOf,
    tables: TablesOf,
    batch: Annotated[str | None, Query(description="Only this batch.")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="So many.")] = 50,
) -> ImportsModel:
    """List imports and dry runs, the latest first."""
    async with tables.reading() as connection:
        records = await read_imports(connection, batch_id=batch, limit=limit)
    return ImportsModel(imports=[_import(record) for record in records])


@router.get(IMPORTS + "/{importId}", operation_id="showImport", responses=problems(404))
async def show_import(import_id: ImportId, _: LookerOf, tables: TablesOf) -> ImportModel:
    """Tell how one import stands."""
    async with tables.reading() as connection:
        record = await read_import(connection, import_id)
    if record is None:
        raise _no_such_import()
    return _import(record)


@router.get(IMPORTS + "/{importId}/rows", operation_id="listImportRows", responses=problems(404))
async def list_rows(
    import_id: ImportId,
    _: LookerOf,
    tables: TablesOf,
    *,
    outcome: Annotated[
        list[RowOutcome] | None,
        Query(description="Only these; without it, the rejected and unknown rows."),
    ] = None,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_LINE, description="`next` of the page before.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Rows of a page.")] = 200,
) -> ImportRowsModel:
    """List rows of an import: those to correct and import again, unless others are asked for."""
    outcomes = outcome or REJECTED
    async with tables.reading() as connection:
        if await read_import(connection, import_id) is None:
            raise _no_such_import()
        rows = await read_rows(
            connection, import_id, outcomes=outcomes, after=after, limit=limit + 1
        )
    shown = rows[:limit]
    return ImportRowsModel(
        rows=[_row(row) for row in shown],
        next=shown[-1].line if len(rows) > limit else None,
    )


@router.get(IMPORTS + "/{importId}/rejects.csv", operation_id="exportRejects", **csv_answers(404))
async def export_rejects(import_id: ImportId, _: ImporterOf, tables: TablesOf) -> Response:
    """Return the rows that start nobody as CSV: correct the UPNs, and import it as it is."""
    async with tables.reading() as connection:
        record = await read_import(connection, import_id)
    if record is None:
        raise _no_such_import()
    return rejects_file(tables, record)


def _no_such_import() -> HTTPException:
    return HTTPException(HTTPStatus.NOT_FOUND, "No import has this id.")


def _import(record: ImportRecord) -> ImportModel:
    done, counts = totals(record.counts)
    values = {name: getattr(record, name, None) for name in ImportModel.model_fields}
    options = ImportOptionsModel(**ImportOptions.from_json(record.options).as_json())
    own = {"rows_done": done, "counts": counts, "options": options}
    return ImportModel.model_validate(values | own)


def _row(row: ImportRow) -> ImportRowModel:
    return ImportRowModel(
        line=row.line,
        value=row.value,
        outcome=row.outcome,
        code=row.reason,
        reason=imported_row_text(row),
        candidates=list(row.candidates),
        object_id=row.object_id,
    )
