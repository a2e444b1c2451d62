"""Imports as the command line tells of them afterwards."""

import csv
import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from cli.imports.start_run import read_file
from cli.terminal import ExitStatus
from client.exports.cells import formula_safe
from database.engine import Database
from database.imports.records import ImportRecords
from domain.imports.file import MAX_BYTES, read_import_file
from domain.imports.reasons import RowReason
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRow, ImportState, RowOutcome
from tests.database.test_imports import IMPORT
from tests.database.values import TOMBSTONES
from tests.support.in_process import run_in_process

ROWS = [
    ImportRow(line=2, value="=cmd()", outcome=RowOutcome.UNKNOWN, reason=RowReason.UNKNOWN),
    ImportRow(
        line=3,
        value="ada@contoso.com",
        outcome=RowOutcome.REPEATED,
        reason=RowReason.REPEATED,
        detail="1",
    ),
]


@pytest.fixture
async def folder(sqlite_database: Database) -> Path:
    """Return the folder of a database with a batch: an import of two parts, then a dry run."""
    records = ImportRecords(sqlite_database, TOMBSTONES)
    done = ImportState.DONE
    first = PartProgress(number=1, of_parts=2, rows_done=2, state=done, counts={"started": 2})
    second = PartProgress(number=2, of_parts=2, rows_done=1, trouble="Entra ID is slow.")
    await records.write(IMPORT, first, ROWS)
    await records.write(IMPORT, replace(second, counts={"started": 1}), [])
    dry_run = replace(IMPORT, import_id="dry", dry_run=True, file_name=None)
    await records.write(dry_run, PartProgress(number=1, of_parts=1, state=done), [])
    return Path(str(sqlite_database.url.database)).parent


def settings(folder: Path) -> dict[str, str]:
    """Return the settings of a verb that finds the tables in a folder."""
    return {"MFA_ROLLOUT_ENV_FILE": os.devnull, "DATA_DIR": str(folder), "COLUMNS": "200"}


async def told(folder: Path, *arguments: str) -> str:
    """Run a verb that succeeds, and return what it prints."""
    status, output, errors = await run_in_process(settings(folder), "imports", *arguments)
    assert status == ExitStatus.DONE, errors
    return output


@pytest.mark.wording
async def test_imports_are_listed_and_shown(folder: Path) -> None:
    """Counts of all parts together, who, which file, and what it waits for."""
    listed = await told(folder, "list")
    assert "3 of 3" in listed
    assert "dry run" in listed
    shown = await told(folder, "show", "autumn")
    for words in ("people.csv", "Ada", "running", "Entra ID is slow.", "File hash"):
        assert words in shown
    parsed = json.loads(await told(folder, "show", "autumn", "--json"))
    assert [(one["dryRun"], one["state"]) for one in parsed] in (
        [(False, "running"), (True, "done")],
        [(True, "done"), (False, "running")],
    )
    (real,) = [one for one in parsed if not one["dryRun"]]
    assert (real["rowsDone"], real["counts"], real["fileHash"]) == (
        3,
        {"started": 3},
        IMPORT.file_hash,
    )
    assert len(json.loads(await told(folder, "list", "--json", "--limit=1"))) == 1


@pytest.mark.wording
async def test_rejects_are_csv_that_no_spreadsheet_runs(folder: Path) -> None:
    """The rows of the import with a sentence, to be corrected and imported; JSON with the code."""
    output = await told(folder, "rejects", "autumn")
    lines = list(csv.reader(StringIO(output)))
    assert lines[0] == ["Line", "UPN", "Reason", "Did you mean"]
    assert lines[1][:2] == ["2", "'=cmd()"]
    assert lines[2] == ["3", "ada@contoso.com", "The same person as in line 1.", ""]
    corrected = read_import_file(output.replace("'=cmd()", "bob@contoso.com").encode())
    assert [row.address for row in corrected.rows] == ["bob@contoso.com", "ada@contoso.com"]
    parsed = json.loads(await told(folder, "rejects", "autumn", "--json"))
    assert [(row["line"], row["code"]) for row in parsed] == [(2, "unknown"), (3, "repeated")]


@pytest.mark.parametrize("verb", ["show", "rejects"])
async def test_an_unknown_batch_is_an_error(folder: Path, verb: str) -> None:
    """A misspelt batch isn't an empty one."""
    status, _, errors = await run_in_process(settings(folder), "imports", verb, "x")
    assert status == ExitStatus.FAILED
    assert "No import has the batch id x: `mfa-rollout imports list` shows them." in errors


@pytest.mark.parametrize("begin", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_is_a_formula(begin: str) -> None:
    """Whatever a spreadsheet could take for one begins with an apostrophe."""
    assert formula_safe(f"{begin}1") == f"'{begin}1"
    assert formula_safe(f"1{begin}") == f"1{begin}"


def test_of_a_file_without_end_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    """A disk's image, or a device, is refused for its size, before it has taken the memory."""
    file = tmp_path / "people.csv"
    with file.open("wb") as written:
        written.truncate(MAX_BYTES * 2)
    assert len(read_file(file)) == MAX_BYTES + 1
