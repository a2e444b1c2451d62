"""Reading a CSV as people have it: every row is enrolled, rejected with a reason, or repeated."""

import csv
import hashlib
import io
from collections.abc import Iterable

import pytest

from domain.imports import file
from domain.imports.file import (
    MAX_BYTES,
    MAX_SHOWN,
    PART_ROWS,
    ImportFile,
    read_import_file,
    read_listed,
    read_names,
)
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.rows import ListedPerson, ReportedRow, Row, repeated_row

ADA, BOB, CY = "ada@contoso.example", "bob@contoso.example", "cy@contoso.example"


def found(content: str | bytes) -> list[tuple[int, str]]:
    """Return line and address of each row that is to be enrolled."""
    file = read_import_file(content.encode() if isinstance(content, str) else content)
    return [(row.line, row.address) for row in file.rows]


def lines(rows: Iterable[Row | ReportedRow]) -> list[int]:
    """Return the rows' lines."""
    return [row.line for row in rows]


def lines_rejected(file: ImportFile) -> list[int]:
    """Return the lines that start nobody and aren't repeated."""
    return [row.line for row in file.rejected]


@pytest.mark.parametrize(
    "header", ["UPN", "upn", "UserPrincipalName", "USERPRINCIPALNAME", "Email", " eMail ", '"UPN"']
)
def test_a_header_is_known_in_any_case(header: str) -> None:
    """Case, spaces and quotes of the header don't matter."""
    assert found(f"{header}\n{ADA}\n") == [(2, ADA)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    """Comma, semicolon and tab, with the line ends of any system, read the same."""
    rows = [["Name", "UPN"], ["Lovelace, Ada; Dr", ADA], ["Bob", BOB]]
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        rows
    )

    assert found(content.getvalue()) == [(2, ADA), (3, BOB)]


def test_the_surest_column_is_read() -> None:
    """A UPN is surer than an address, whatever stands first."""
    assert found(f"Email,UPN\nmail@contoso.example,{ADA}\n") == [(2, ADA)]


def test_entras_own_file_is_read() -> None:
    """The file that Entra's "bulk download" gives works as it is."""
    header = "userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled"
    row = f'"{ADA}","Ada ""A"" Lovelace","Lovelace","","Ada","x","Member","True"'

    assert found(f"\ufeff{header}\r\n{row}\r\n".encode()) == [(2, ADA)]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp1252"],
)
def test_encodings(encoding: str) -> None:
    """UTF-8, UTF-16 and UTF-32 with and without BOM, and Windows-1252, keep umlauts and names."""
    content = f"UPN;Name\r\nzoë@contoso.example;Zoë Müller „Straße“ €\r\n{BOB};Bob\r\n"

    assert found(content.encode(encoding)) == [(2, "zoë@contoso.example"), (3, BOB)]


def test_utf_16_with_either_bom() -> None:
    """Both byte orders are read by their mark."""
    for mark, encoding in (("fffe", "utf-16-le"), ("feff", "utf-16-be")):
        assert found(bytes.fromhex(mark) + f"UPN\n{ADA}\n".encode(encoding)) == [(2, ADA)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_numbers_are_an_editors(end: str) -> None:
    """Line breaks inside quotes and blank lines count, as they do in an editor."""
    lines = ["UPN,Notes", f'{ADA},"one', "two", 'three"', "", f"{BOB},x", " , ", "nobody", CY]

    file = read_import_file(end.join(lines).encode())

    assert [row.line for row in file.rows] == [2, 6, 9]
    assert lines_rejected(file) == [8]


def test_blank_lines_may_come_first() -> None:
    """Lines without a word before the header are skipped, and counted."""
    assert found(f"\n  \n,,\nName,UPN\n\nAda,{ADA}\n") == [(6, ADA)]


def test_a_header_may_break_its_line() -> None:
    """A quoted title over two lines in front of the column is no obstacle."""
    assert found(f'"Display\nname",UPN\nAda,{ADA}\n') == [(3, ADA)]


def test_missing_cells_are_rejected() -> None:
    """A row that is too short, or empty where the address should be, is named."""
    file = read_import_file(f"Name,UPN\nAda\nBob,\nCy,{CY}\n".encode())

    assert lines_rejected(file) == [2, 3]
    assert {row.reason for row in file.rejected} == {RowReason.NO_ADDRESS}
    assert [row.address for row in file.rows] == [CY]


@pytest.mark.parametrize(
    "address",
    ["not-an-address", "a b@contoso.example", "@contoso.example", "a@", "a@b@c.example", "=1+1"],
)
def test_what_is_no_address_is_rejected(address: str) -> None:
    """Nonsense is named with its line and the reason; the rows around it go on."""
    file = read_import_file(f"UPN\n{ADA}\n{address}\n{BOB}\n".encode())

    assert lines_rejected(file) == [3]
    assert file.rejected[0].reason is RowReason.NOT_AN_ADDRESS
    assert file.rejected[0].detail
    assert len(file.rows) == 2


def test_a_guests_name_is_an_address() -> None:
    """The hash signs in a guest's UPN are right there."""
    guest = "grace_fabrikam.example#EXT#@contoso.example"

    assert found(f"UPN\n{guest}\n") == [(2, guest)]


def test_a_cell_that_is_far_too_long_is_rejected() -> None:
    """Nothing of it is carried on, not even in the reason."""
    file = read_import_file(f"UPN\n{'a' * 1001}@contoso.example\n".encode())

    assert lines_rejected(file) == [2]
    assert file.rejected == (ReportedRow(line=2, reason=RowReason.CELL_TOO_LONG, detail="1,000"),)


def test_repeated_rows_count_once() -> None:
    """The first stands; the others name its line, in whatever case they are written."""
    file = read_import_file(f"UPN\n{ADA}\n{BOB}\n{ADA.upper()}\n {ADA} \n".encode())

    assert [row.address for row in file.rows] == [ADA, BOB]
    assert file.repeated == (repeated_row(4, first_line=2), repeated_row(5, first_line=2))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    """Nothing is no list of people, in whatever encoding."""
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.EMPTY):
        read_import_file(content)


@pytest.mark.parametrize("content", ["Name,Department\nAda,IT\n", ",,,\n;;\n"])
def test_a_file_without_a_known_header_is_refused(content: str) -> None:
    """A file whose column of people has no name is none."""
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.NO_HEADER):
        read_import_file(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 4,
        bytes(range(128, 256)) * 8,
        b"\x00" * 101,
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500),
        b"%PDF-1.7\n" + bytes(range(1, 256)) * 20,
    ],
    ids=["a workbook", "high bytes", "zeros", "an old workbook", "a PDF"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """A workbook or other junk ends with a message, never with rows."""
    with pytest.raises(ImportFileError):
        read_import_file(content)


def test_a_header_alone_is_a_file_of_nobody() -> None:
    """There is nothing to do, and nothing wrong."""
    file = read_import_file(b"UPN\n")

    assert (file.rows, file.rejected, file.repeated) == ((), (), ())
    assert file.parts == ()


def test_a_file_that_is_too_large_is_refused() -> None:
    """The limit itself is allowed; a byte more is not."""
    header = b"UPN\n"
    assert read_import_file(header + b" " * (MAX_BYTES - len(header))).rows == ()
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.TOO_LARGE):
        read_import_file(header + b" " * (MAX_BYTES - len(header) + 1))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows count, also those that start nobody; as many as are allowed are read."""
    assert (file.MAX_ROWS, file.PART_ROWS) == (100_000, 2_000)
    monkeypatch.setattr(file, "MAX_ROWS", 5)
    monkeypatch.setattr(file, "PART_ROWS", 2)
    rows = f"UPN\n{ADA}\n" + "?\n" * 4
    assert [len(part.ruled_out) for part in read_import_file(rows.encode()).parts] == [1, 2, 1]
    with pytest.raises(ImportFileError) as refused:
        read_import_file(f"{rows}?\n".encode())
    assert refused.value.fault is FileFault.TOO_MANY_ROWS
    assert refused.value.values == {"limit": 5}


def test_parts_hold_every_row_once() -> None:
    """A large file is cut into parts of 2,000 rows, in order, whatever became of the rows."""
    names = [f"u{number}@contoso.example" for number in range(2 * PART_ROWS)]
    names[5] = "nobody"
    names[PART_ROWS + 1] = names[0]
    names.append("?")

    file = read_import_file("\n".join(["UPN", *names]).encode())

    assert [len(part.rows) for part in file.parts] == [PART_ROWS - 1, PART_ROWS - 1, 0]
    assert [lines(part.rejected) for part in file.parts] == [[7], [], [2 * PART_ROWS + 2]]
    assert [lines(part.repeated) for part in file.parts] == [[], [PART_ROWS + 3], []]
    assert lines(file.rows) == sorted(lines(file.rows))


def test_the_same_rows_are_the_same_file() -> None:
    """Encoding, delimiter, case and columns don't make another import; people and lines do."""
    plain = read_import_file(f"UPN\n{ADA}\n?\n{BOB}\n".encode())
    same = read_import_file(f"x;upn\r\n;{ADA.upper()}\r\n1;?\r\n2;{BOB}\r\n".encode("utf-16"))
    others = [
        read_import_file(content.encode())
        for content in (
            f"UPN\n{ADA}\n?\n{CY}\n",
            f"UPN\n{BOB}\n?\n{ADA}\n",
            f"UPN\n{ADA}\n\n{BOB}\n",
            f"UPN\n{ADA}\n{BOB}\n",
        )
    ]

    assert plain.content_hash == same.content_hash
    assert len({file.content_hash for file in (plain, *others)}) == len(others) + 1


def test_lines_that_start_nobody_are_kept_for_the_report() -> None:
    """What a rejected or repeated line says is there, in one line and shortened."""
    long = "x" * 500
    file = read_import_file(f"UPN\nada@contoso.com\nADA@contoso.com\n{long}\n?\n".encode())
    (part,) = file.parts
    assert [row.line for row in part.ruled_out] == [3, 4, 5]
    assert [row.address for row in part.ruled_out][::2] == ["ADA@contoso.com", "?"]
    assert len(part.ruled_out[1].address) == MAX_SHOWN


def test_what_an_import_is_known_by() -> None:
    """The hash is of line and address of each row: another release recognises the same file."""
    content = f"UPN;Name\n{ADA.upper()};Ada\n?;x\n"
    right = hashlib.sha256(f"2 {ADA}\n3 ?\n".encode()).hexdigest()
    assert read_import_file(content.encode()).content_hash == right


def test_rows_do_not_run_into_each_other() -> None:
    """Neither two rows nor two cells of one read like one longer text."""
    two, one = (read_import_file(f"UPN\n{rows}\n".encode()) for rows in ("a\nb", "a3 b"))
    assert two.content_hash != one.content_hash
    cells = read_import_file(b"UPN,Email\n?,!\n?!,\n")
    assert (lines_rejected(cells), cells.repeated) == ([2, 3], ())


def test_a_name_of_half_a_letter_is_rejected() -> None:
    """JSON may hold half of a UTF-16 pair; it has a hash, too."""
    names = read_names(["\ud800", ADA])
    assert (lines_rejected(names), lines(names.rows)) == ([1], [2])


def test_people_of_a_directorys_list_come_in_the_order_of_their_names() -> None:
    """Lines count from 1; the ObjectId stands by for a name that has changed."""
    people = [
        ListedPerson(object_id="9832aad8-e4fe-496b-a604-95c6ef01ae75", user_principal_name=BOB),
        ListedPerson(
            object_id="1832aad8-e4fe-496b-a604-95c6ef01ae75", user_principal_name=ADA.upper()
        ),
        ListedPerson(object_id="0832aad8-e4fe-496b-a604-95c6ef01ae75"),
    ]
    listed = read_listed(people)
    assert [(row.line, row.addresses) for row in listed.rows] == [
        (1, ("0832aad8-e4fe-496b-a604-95c6ef01ae75",)),
        (2, (ADA.upper(), "1832aad8-e4fe-496b-a604-95c6ef01ae75")),
        (3, (BOB, "9832aad8-e4fe-496b-a604-95c6ef01ae75")),
    ]
    assert read_listed(reversed(people)).content_hash == listed.content_hash
