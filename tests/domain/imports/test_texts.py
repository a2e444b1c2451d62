"""The sentences about an import: one for each code, with its values in it."""

import pickle
import string
from dataclasses import replace

import pytest

from domain.imports.file import read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.report import Count
from domain.imports.rows import ReportedRow, repeated_row
from domain.imports.texts import (
    COUNT_TEXTS,
    FILE_TEXTS,
    OUTCOMES,
    ROW_TEXTS,
    imported_row_text,
    row_text,
)
from domain.tables.imports import ImportRow, RowOutcome

VALUES: dict[FileFault, dict[str, str | int]] = {
    FileFault.UNREADABLE: {"file": "people.csv", "error": "No such file or directory"},
    FileFault.TOO_LARGE: {"mebibytes": 10},
    FileFault.LARGE_SHEET: {"mebibytes": 10},
    FileFault.TOO_MANY_ROWS: {"limit": 100_000},
    FileFault.TOO_MANY_COLUMNS: {"limit": 16_384},
    FileFault.EMPTY: {"headers": "UPN, Email"},
    FileFault.UNKNOWN_GROUP: {"name": "Pilot", "candidates": " Did you mean Pilots?"},
    FileFault.AMBIGUOUS_GROUP: {"name": "Pilot", "number": 2, "groups": "one, two"},
    FileFault.EMPTY_GROUP: {"name": "Pilot"},
    FileFault.HIDDEN_GROUP: {"name": "Pilot"},
    FileFault.NO_HEADER: {"found": "Name", "headers": "UPN", "last_header": "Email"},
}


def test_every_code_has_a_text() -> None:
    """No code is without its sentence or label, and none has another's."""
    for codes, texts in ((RowReason, ROW_TEXTS), (FileFault, FILE_TEXTS), (Count, COUNT_TEXTS)):
        assert set(codes) == set(texts)
        assert len(set(texts.values())) == len(texts)


def test_a_row_text_holds_nothing_but_its_detail() -> None:
    """Every placeholder in the sentence of a row is filled in."""
    fields = {
        name for text in ROW_TEXTS.values() for _, name, _, _ in string.Formatter().parse(text)
    }
    assert fields == {None, "detail"}
    assert "2" in row_text(repeated_row(7, first_line=2))
    odd = ReportedRow(line=2, reason=RowReason.NOT_AN_ADDRESS, detail="{x}: {detail}")
    assert row_text(odd).endswith(" {x}: {detail}")


@pytest.mark.parametrize("fault", FileFault)
def test_a_file_error_says_what_to_do(fault: FileFault) -> None:
    """Its text is the sentence of its code with the values filled in, in another process, too."""
    error = ImportFileError(fault, **VALUES.get(fault, {}))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in the line itself
    assert str(again) == str(error)
    assert "{" not in str(error)
    assert again.fault is fault


def test_large_numbers_are_grouped() -> None:
    """A limit is written as people read it."""
    error = ImportFileError(FileFault.TOO_MANY_ROWS, limit=100_000)
    assert "100,000" in str(error)


@pytest.mark.wording
def test_a_file_without_a_header_is_told_its_choices() -> None:
    """The text names all three headers as a sentence would."""
    with pytest.raises(ImportFileError) as raised:
        read_import_file(b"x\n1\n")
    assert "UPN, UserPrincipalName or Email." in str(raised.value)


def test_a_row_of_our_tables_has_the_same_text() -> None:
    """Without those who may have been meant; an unknown or absent reason is told by the outcome."""
    row = ImportRow(line=2, value="x", outcome=RowOutcome.REJECTED, candidates=("ada@contoso.com",))
    assert (
        imported_row_text(row)
        == imported_row_text(replace(row, reason="forgotten"))
        == (OUTCOMES[RowOutcome.REJECTED])
    )
    repeated = replace(row, reason=RowReason.REPEATED, detail="7")
    assert imported_row_text(repeated) == ROW_TEXTS[RowReason.REPEATED].format(detail="7")
