"""Files: people by the list's filters, whom to call, rows to correct, and the audit log."""

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from database.imports.imports import begin_import
from database.imports.rows import put_rows
from domain.portal.roles import Role
from domain.tables.imports import ImportRow, RowOutcome
from tests.api.admin.rest.rest import Rest, is_problem
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, person, put

PEOPLE = "/api/people"
REJECTS = f"/api/imports/{IMPORT.import_id}/rejects.csv"
FILES = (
    *(f"{PEOPLE}/{name}" for name in ("export.csv", "export.xlsx", "calls.csv", "calls.xlsx")),
    *(REJECTS, "/api/attention/unknown-rows.csv", "/api/audit/export.csv"),
)


async def _rows(rest: Rest, path: str, **params: Any) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    answer = await rest.get(path, **params)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.wording
async def test_files(rest: Rest) -> None:
    """Each holds what was asked for, and the log says who took how many people away."""
    told = {"escalated": True, "escalated_at": NOW, "display_name": "=1+1"}
    await put(rest.database, person(7, department="Finance", **told))
    lost = [
        ImportRow(line=2, value="-ada", outcome=RowOutcome.UNKNOWN, candidates=("ada@x.com",)),
        ImportRow(line=3, value="eve", outcome=RowOutcome.REJECTED, reason="long-forgotten"),
    ]
    async with rest.database.writing() as connection:
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, lost)

    found = await _rows(rest, FILES[0], status="Sent", sort="name", descending=True)
    names = [one["Name"] for one in found]
    assert names == sorted(names, key=str.casefold, reverse=True)
    assert "'=1+1" in names
    book = await rest.get(FILES[1], department="Finance")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()] == ["Name", "=1+1"]
    (call,) = await _rows(rest, FILES[2])
    assert call["Manager told (UTC)"] == "2026-11-26 09:00:00"
    assert (await rest.get(FILES[3])).content.startswith(b"PK")
    rows = await _rows(rest, REJECTS)
    assert [list(row.values()) for row in rows] == [
        ["2", "'-ada", "unknown", "ada@x.com"],
        ["3", "eve", "rejected", ""],
    ]
    assert is_problem(await rest.get("/api/imports/import-9/rejects.csv"), 404)
    assert [row["UPN"] for row in await _rows(rest, "/api/attention/unknown-rows.csv")] == ["'-ada"]
    entries = await _rows(rest, "/api/audit/export.csv", action="export")
    assert [one["reason"] for one in entries if one["reason"]] == [
        "unknown-rows.csv: 1 row",
        *("call-list.xlsx: 1 person", "call-list.csv: 1 person"),
        *("people.xlsx: 1 person", f"people.csv: {len(found)} people"),
    ]
    assert is_problem(await rest.get(FILES[0], attention="unknown-row"), 422)
    for path in FILES:
        assert is_problem(await rest.call("GET", path, Role.HELPDESK, Role.READER), 403), path


async def test_a_filter_that_does_not_exist_exports_nobody(rest: Rest) -> None:
    """A misspelled name is refused by each file and list, and named; so is an unknown value."""
    for path in (*FILES, PEOPLE):
        answer = await rest.get(path, stauts="Sent")
        assert is_problem(answer, 422), path
        assert answer.json()["errors"] == [
            {"place": "query", "name": "stauts", "detail": "There is no such parameter"}
        ]
    assert is_problem(await rest.get(FILES[0], status="Gone"), 422)
    assert is_problem(await rest.get("/api/audit/export.csv", action="gone"), 422)
