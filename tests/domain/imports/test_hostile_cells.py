"""A cell takes as long to read as it has letters, and a header as long as one of a sheet may be."""

import pytest

from domain.imports.csv_text import MAX_COLUMNS
from domain.imports.file import read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault
from tests.support.cpu import at_most_cpu


@pytest.mark.parametrize("letters", ["@", "a@"])
def test_reading_a_cell_takes_as_long_as_it_is(letters: str) -> None:
    """A hundred of these took minutes, and an import may have ten thousand."""
    cells = [f"{letters * 450}{number}" for number in range(100)]
    with at_most_cpu(20):
        file = read_import_file("\n".join(["UPN\tx", *(f"{cell}\t" for cell in cells)]).encode())
    assert len(file.rejected) == len(cells)


@pytest.mark.parametrize(
    ("header", "rejected"),
    [("UPN,x", 200), (",".join(["UPN"] * 400), 200), ("UPN" + ",x" * 500, 200)],
    ids=["beside the address", "of the address", "of rows that are short of cells"],
)
def test_cells_that_are_nearly_addresses_are_told_apart_at_once(header: str, rejected: int) -> None:
    """A file of ten megabytes of these took a minute, since each was looked at in full."""
    rows = [",".join(f"é{row}.{cell}@é" for cell in range(400)) for row in range(rejected)]
    with at_most_cpu(3):
        file = read_import_file("\n".join([header, *rows]).encode())
    assert len(file.rejected) == rejected


def test_a_header_may_be_as_long_as_that_of_a_sheet() -> None:
    """One of millions of cells took minutes, since each was read in every code page."""
    others = "é," * (MAX_COLUMNS - 1)
    assert read_import_file(f"{others}User name [userPrincipalName]\n".encode()).columns is not None
    with (
        at_most_cpu(5),
        pytest.raises(ImportFileError, check=lambda it: it.fault is FileFault.TOO_MANY_COLUMNS),
    ):
        read_import_file(f"{'é,' * 500_000}UPN\n".encode())
