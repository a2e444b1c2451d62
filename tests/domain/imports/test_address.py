"""No row of a CSV is dropped without a word, however its quotes stand."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports.address import NO_ADDRESS, fault_of
from domain.imports.file import ImportFile, read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import RowReason

ADA, BOB, CY = "ada@contoso.example", "bob@contoso.example", "cy@contoso.example"


def accounted(file: ImportFile) -> list[int]:
    """Return the lines of all rows, whatever became of them."""
    good = [row.line for row in file.rows]
    return good + [row.line for row in (*file.rejected, *file.repeated)]


@pytest.mark.parametrize(
    ("lines", "good", "bad"),
    [
        ([f'{ADA},"never closed', f"{BOB},x", f"{CY},x"], [3, 4], [2]),
        ([f'{ADA},"closed by another', f"{BOB},x", f'{CY},"other"'], [3, 4], [2]),
        ([f'"{ADA}', f'{BOB}"', CY], [3, 4], [2]),
        ([f'"{ADA}"x', BOB, CY], [3, 4], [2]),
        ([ADA, BOB, f'"{CY}'], [2, 3], [4]),
    ],
    ids=["to the end", "to the next quote", "around two addresses", "inside", "in the last line"],
)
def test_broken_quoting_costs_its_own_line(
    lines: list[str], good: list[int], bad: list[int]
) -> None:
    """A quote that isn't closed swallows none of the rows behind it."""
    file = read_import_file("\n".join(["UPN,Name", *lines]).encode())

    assert [row.line for row in file.rows] == good
    assert [row.line for row in file.rejected] == bad


def test_quotes_that_open_without_end_are_read_in_time() -> None:
    """A file made to keep quotes open is no way to stop the reader."""
    file = read_import_file(("UPN,x\n" + 'a""","\n' * 3000).encode())

    assert len(file.rejected) == 3000


CELL = st.one_of(
    st.sampled_from([ADA, BOB, CY, ADA.upper(), "", " ", "nobody", "a\nb", 'say "hi"', "x,y;z"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)


@given(
    rows=st.lists(st.tuples(CELL, CELL), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_no_row_is_dropped_silently(rows: list[tuple[str, str]], delimiter: str, end: str) -> None:
    """Of a well-formed file every row with anything in it is enrolled, rejected or repeated."""
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("Notes", "UPN"), *rows])

    file = read_import_file(content.getvalue().encode())

    lines = accounted(file)
    # A line break in an address is broken quoting: then each of the row's lines is told.
    broken = sum(f"{notes}{address}".count("\n") for notes, address in rows)
    filled = sum(1 for row in rows if any(cell.strip() for cell in row))
    assert len(lines) == len(set(lines))
    assert filled <= len(lines) <= filled + broken
    good = {address.strip().casefold() for _, address in rows} & {ADA, BOB, CY}
    assert {row.address.casefold() for row in file.rows} >= good


@given(
    lines=st.lists(
        st.lists(st.sampled_from([ADA, BOB, '"', '""', ",", " ", "x"]), max_size=6).map("".join)
        | st.sampled_from([f'{ADA},"', f'"{BOB}",x', f'{CY},"a"b', '"', f'x","{ADA}']),
        max_size=10,
    )
)
def test_no_line_of_broken_quoting_is_dropped_silently(lines: list[str]) -> None:
    """However the quotes stand, every line belongs to a row that is accounted for."""
    file = read_import_file("\n".join(["UPN,Notes", *lines]).encode())

    told = accounted(file)
    assert len(told) == len(set(told))
    for line, text in enumerate(lines, start=2):
        unquoted = '"' not in "".join(lines[: line - 1])
        if unquoted and text.strip(' ,"'):
            assert line in told
    if any(text.strip(' ,"') for text in lines):
        assert told


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever comes in, it is rows or one message."""
    for candidate in (content, b"UPN\n" + content):
        with contextlib.suppress(ImportFileError):
            assert all(line >= 1 for line in accounted(read_import_file(candidate)))


def test_an_empty_cell_names_nobody() -> None:
    """It has a reason of its own."""
    assert fault_of("") == NO_ADDRESS
    assert NO_ADDRESS.reason is RowReason.NO_ADDRESS
