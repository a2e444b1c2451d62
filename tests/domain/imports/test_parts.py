"""Parts are as large as a workflow's input may be, whatever the rows hold."""

import pytest

from domain.imports.file import PART_BYTES, PART_ROWS, read_import_file
from temporal.connect import DATA_CONVERTER

# A payload, as a server takes it that isn't told otherwise: https://docs.temporal.io/cloud/limits
LARGEST_PAYLOAD = 2 * 1024 * 1024
# Files are so much smaller here, since each address is looked at for long.
SMALLER = 20
ROWS = PART_ROWS // SMALLER
HEADERS = ["UPN", "Email", "Mail", "Email address", "Username", "User name", "Account", "Login"]
ADDRESS = "u{row}.{column}@" + ("b" * 60 + ".") * 3 + "example"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts as much smaller as the files are."""
    monkeypatch.setattr("domain.imports.file.PART_ROWS", ROWS)
    monkeypatch.setattr("domain.imports.file.PART_BYTES", PART_BYTES // SMALLER)


@pytest.mark.parametrize(
    "cell",
    [
        ADDRESS,
        '"\\{row}"""\\""' + "\\" * 900,
        "x" * 900 + "{row}",
        "".join(map(chr, range(0xE000, 0xE370))) + "@b{row}.de",
        "{row} " + "\U0001f600" * 240,
    ],
    ids=["addresses", "backslashes", "long", "unsafe letters", "wide"],
)
async def test_no_part_is_too_large_for_temporal(cell: str) -> None:
    """Each row may have an address in every column, or none at all; all lines stay, in order."""
    table = [HEADERS] + [
        [cell.format(row=row, column=column) for column in range(len(HEADERS))]
        for row in range(ROWS)
    ]

    file = read_import_file("\n".join("\t".join(row) for row in table).encode())

    payloads = await DATA_CONVERTER.encode(file.parts)
    assert max(len(payload.data) for payload in payloads) < LARGEST_PAYLOAD / SMALLER
    lines = [
        sorted(
            [row.line for row in part.rows]
            + [row.line for row in part.rejected]
            + [row.line for row in part.repeated]
        )
        for part in file.parts
    ]
    assert [one for some in lines for one in some] == list(range(2, 2 + ROWS))


async def test_common_files_have_parts_of_as_many_rows_as_may_be() -> None:
    """A row with an ObjectId, a UPN and a mail address needs little room."""
    person = (
        "{0}@contoso.onmicrosoft.com,first.last.{0}@contoso.com,00000000-0000-0000-0000-{0:012}"
    )
    rows = "\n".join(person.format(number) for number in range(ROWS))
    file = read_import_file(f"UPN,Mail,ObjectId\n{rows}".encode())
    assert [len(part.rows) for part in file.parts] == [ROWS]
