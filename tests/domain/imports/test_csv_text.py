"""Files as Excel, Entra ID, Microsoft 365 and HR systems write them."""

import csv

import pytest

from domain.imports.columns import FoundColumns
from domain.imports.csv_text import MAX_CELL
from domain.imports.file import read_import_file, read_names
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.texts import row_text
from tests.domain.imports.reading import ADA, BOB, OBJECT_ID, found, rejected


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
def test_excels_line_that_names_the_delimiter(first: str) -> None:
    """Excel's own first line is no header; what it says counts for the rest."""
    assert found(f"{first}\r\nName;UPN\r\nLovelace, Ada;{ADA}\r\n") == [(3, ADA)]


def test_a_delimiter_that_is_named_is_believed() -> None:
    """A tab is named by itself."""
    assert found(f"sep=\t\nName,x\tUPN\nAda;y\t{ADA}\n") == [(3, ADA)]


def test_the_only_column_of_addresses_needs_no_header() -> None:
    """A header that nobody knows, or none, is no obstacle, and counts as a line."""
    assert found(f"Personal,Kontakt\nAda,{ADA}\nBob,{BOB}\nCy,none\n") == [(2, ADA), (3, BOB)]
    assert found(f"{ADA}\n{BOB}\n") == [(1, ADA), (2, BOB)]


@pytest.mark.parametrize(
    "content",
    [f"Wer,Wem\n{ADA},{BOB}\n", f"Name,Manager\nAda,{BOB}\n", f"Name,Private Adresse\nAda,{ADA}\n"],
    ids=["two columns", "managers", "private"],
)
def test_addresses_that_may_be_others_are_refused(content: str) -> None:
    """Without a header the right column isn't guessed; the message quotes what is there."""
    with pytest.raises(ImportFileError) as refused:
        read_import_file(content.encode())
    assert refused.value.fault is FileFault.NO_HEADER
    assert content.partition("\n")[0].replace(",", ", ") in str(refused.value)


def test_every_column_is_kept_in_order() -> None:
    """What can't be an address is passed over; a further one stands by in case of nobody."""
    content = f"Mail,UPN,UPN\n{ADA},CORP\\ada,\n{ADA},,{BOB}\n"
    rows = read_import_file(content.encode()).rows
    assert [row.addresses for row in rows] == [(ADA,), (BOB, ADA)]


def test_a_row_that_lost_a_cell_names_nobody_else() -> None:
    """Where managers stand in another column, a row that is too short isn't guessed at."""
    content = f"Name,UPN,Manager\nAda,{ADA},{BOB}\nCy,\ncy@x.example,{BOB}\n"
    assert found(content) == [(2, ADA)]
    assert rejected(content) == [(line, RowReason.SHIFTED_CELLS) for line in (3, 4)]
    assert found(f"Name,UPN,Notes\nAda,{ADA}\n") == [(2, ADA)]


def test_a_user_name_is_the_last_resort() -> None:
    """A short sign-in name beside an address is left alone."""
    assert found(f"Username,E-mail\nada,{ADA}\n") == [(2, ADA)]


def test_an_empty_upn_is_made_up_for_by_the_address() -> None:
    """Where the surest cell of a row is empty, the next one names the person."""
    assert found(f"UPN,Email\n{ADA},x@contoso.example\n,{BOB}\n") == [(2, ADA), (3, BOB)]


def test_a_report_begins_with_its_title() -> None:
    """Lines above the header are skipped, and counted."""
    content = f"Employees,,\n\nAs of,2026-11-24,\nName,Email,Dept\nAda,{ADA},R\n"
    assert found(content) == [(5, ADA)]


def test_the_header_is_not_looked_for_for_ever() -> None:
    """A word deep in a file without a header doesn't become one."""
    rows = "\n".join(f"u{number},x" for number in range(30))
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.NO_HEADER):
        read_import_file(f"{rows}\nUPN,x\n{ADA},x\n".encode())


def test_the_delimiter_is_the_one_that_makes_columns() -> None:
    """A bracketed name in a header with semicolons isn't taken for one cell."""
    assert found(f"Note;User name [userPrincipalName] Required\nx;{ADA}\n") == [(2, ADA)]


def test_pipes() -> None:
    """Some systems separate by pipes."""
    assert found(f"id|email|name\n1|{ADA}|Ada, A.\n") == [(2, ADA)]


@pytest.mark.parametrize(
    "cell",
    [
        *(f'="{ADA}"', f"\u200b{ADA}\u200b", f"\u00a0{ADA} ", f'"{ADA}\n"', f"'{ADA}"),
        *(f"SMTP:{ADA}", f"mailto:{ADA}", f'"{ADA};"', "ada＠contoso．example"),  # noqa: RUF001
    ],
)
def test_wrapping_around_an_address(cell: str) -> None:
    """What spreadsheets and copying put around an address is taken off."""
    assert [address for _, address in found(f"UPN\n{cell}\n")] == [ADA]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (f"Ada Lovelace <{ADA}>", RowReason.NAME_AND_ADDRESS),
        (f"<{ADA}>", RowReason.NAME_AND_ADDRESS),
        (f"{ADA} {BOB}", RowReason.SEVERAL_ADDRESSES),
        (f"{ADA},{BOB}", RowReason.SEVERAL_ADDRESSES),
    ],
)
def test_a_cell_that_holds_more_than_an_address(cell: str, reason: RowReason) -> None:
    """It is rejected with what to do, not guessed at; the reason holds no address."""
    (row,) = read_import_file(f'Name;UPN\nx;"{cell}"\n'.encode()).rejected
    assert (row.line, row.reason) == (2, reason)
    assert ADA not in row_text(row)


def test_any_cell_may_be_too_long() -> None:
    """A cell beyond the limit rejects its row, with the limit in the reason."""
    at_limit, beyond = "x" * MAX_CELL, "x" * (MAX_CELL + 1)
    content = f"UPN,Notes\n{ADA},{at_limit}\n{BOB},{beyond}\n{BOB},{'x' * 200_000}\n{BOB},\n"
    assert found(content) == [(2, ADA), (5, BOB)]
    assert rejected(content) == [(line, RowReason.CELL_TOO_LONG) for line in (3, 4)]


def test_people_entered_by_hand() -> None:
    """A person's line is the place among them; what is no name is rejected as in a file."""
    file = read_names([f" {ADA} ", "nobody", ADA.upper(), "x" * 2_000, OBJECT_ID])
    assert [(row.line, row.address) for row in file.rows] == [(1, ADA), (5, OBJECT_ID)]
    assert [row.line for row in file.rejected] == [2, 4]
    assert [row.line for row in file.repeated] == [3]


def test_the_domain_is_looked_at_for_every_address() -> None:
    """Usual addresses take a short cut that lets nothing pass which the long way refuses."""
    bad = [
        "ada@contoso",
        "ada@-x.example",
        "ada@x..example",
        "ada@localhost",
        f"ada@{'x' * 64}.org",
    ]
    bad += [".ada@contoso.example", "a..b@contoso.example", "a@b_c.d"]
    content = "\n".join(["UPN", *bad, "a.b-c+d_e@sub.contoso.example", "o'hara@contoso.example"])
    assert [line for line, _ in rejected(content)] == list(range(2, len(bad) + 2))
    assert len(found(content)) == 2


@pytest.mark.parametrize(
    ("content", "names", "used"),
    [
        (f"Report\n\nName;Mail;UPN\nAda;x@c.example;{ADA}\n", ("Name", "Mail", "UPN"), (2, 1)),
        (f"Who,Where\nZürich,{ADA}\nBern,{BOB}\n", ("Who", "Where"), (1,)),
        (f"{ADA}\n{BOB}\n", (), (0,)),
        (f"UPN,{'x' * 60}\n{ADA},\n", ("UPN", "x" * 39 + "…"), (0,)),
    ],
)
def test_the_columns_are_told(content: str, names: tuple[str, ...], used: tuple[int, ...]) -> None:
    """Each column by its name, shortened, and those that name the people, the surest first."""
    columns = read_import_file(content.encode()).columns
    assert columns == FoundColumns(names=names, used=used)


def test_a_delimiter_of_its_own_is_named_in_the_first_line() -> None:
    """Which of two columns of addresses names the people is said by the line behind it."""
    assert found(f"sep=^\nManager^UPN\n{BOB}^{ADA}\n") == [(3, ADA)]


def test_a_file_of_a_delimiter_alone_has_no_header() -> None:
    """The message says that nothing was found."""
    with pytest.raises(ImportFileError) as refused:
        read_import_file(b"sep=;\n")
    assert refused.value.fault is FileFault.NO_HEADER
    assert refused.value.values["found"] == "nothing"


def test_a_lone_column_of_object_ids_is_not_guessed() -> None:
    """Only addresses tell by themselves that a column names people."""
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.NO_HEADER):
        read_import_file(f"Kontakt\n{OBJECT_ID}\n".encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f'UPN\n"{ADA}\n{BOB}\n', RowReason.BROKEN_QUOTING),
        # Read leniently this would be another address.
        (f'UPN\n"{ADA}"x\n{BOB}\n', RowReason.BROKEN_QUOTING),
        (f'UPN\n"{"x" * csv.field_size_limit()}"\n{BOB}\n', RowReason.CELL_TOO_LONG),
    ],
    ids=["open", "letters behind it", "as long as Python reads"],
)
def test_a_broken_row_is_given_up_alone(content: str, reason: RowReason) -> None:
    """It is named with its reason, and the next line is read."""
    assert rejected(content) == [(2, reason)]
    assert found(content) == [(3, BOB)]


def test_a_blank_before_a_quote_belongs_to_the_delimiter() -> None:
    """Otherwise the delimiters in the quotes would count, and the address be in another column."""
    assert found(f'Name,Note,UPN\nAda, "a, b",{ADA}\n') == [(2, ADA)]


def test_the_usual_row_says_how_many_cells_one_has() -> None:
    """A single row with more of them makes none of the others too short."""
    content = f"Name,UPN,Manager\nA,{ADA},{BOB}\nB,{BOB},{ADA}\nC,c@x.example,{ADA},,\n"
    assert [line for line, _ in found(content)] == [2, 3, 4]
