"""Files of people from the field, and right files that were spoilt: nobody wrong is ever read."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from activities.imports.read_file import read_people
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault

_CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
CASES: list[Any] = sorted(_CASES.glob("C*")) or [
    pytest.param(_CASES, marks=pytest.mark.skip(reason="../shared/cases is absent"))
]
ADA = "ada@contoso.example"
PEOPLE = [f"{number * 7_919:05}.{number}@contoso.example" for number in range(1, 101)]
MANAGERS = [f"boss.{number * 7_919:05}@contoso.example" for number in range(1, 101)]
FORMS: list[Callable[[list[list[str]]], str]] = [
    lambda rows: "\r\n".join(";".join(row) for row in rows),
    lambda rows: "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows),
    lambda rows: "\r".join("\t".join(row) for row in rows),
]
ENCODINGS = ["utf-8", "utf-16", "utf-16-be", "utf-32", "cp1250", "cp932", "gb18030", "mac_roman"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_files_from_the_field(case: Path) -> None:
    """Each is read as its right value says; of several addresses the first known one counts."""
    content = next(case.glob("input.*")).read_bytes()
    right = case / "right.json"
    expected = json.loads(right.read_text()) if right.exists() else {"people": [ADA]}
    if expected.get("refused"):
        with pytest.raises(ImportFileError) as refused:
            read_people(content)
        assert all(word in str(refused.value).casefold() for word in expected["says"])
        return
    rows = read_people(content).rows
    known = [[name for name in row.addresses if name in expected["people"]] for row in rows]
    assert [names[0] for names in known] == expected["people"]


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_file_names_nobody_else(seed: int) -> None:
    """Bytes that are lost or added cost rows, and never lead to somebody's manager."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [["Name", "E-Mail-Adresse", "Manager e-mail", "Ort"]]
    rows += [["Jan", *pair, "Praha"] for pair in zip(PEOPLE, MANAGERS, strict=True)]
    content = bytearray(chance.choice(FORMS)(rows).encode(chance.choice(ENCODINGS)))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(content))
        match chance.choice(["cut", "zero", "quote", "end"]):
            case "cut":
                del content[place : place + chance.randrange(1, 4)]
            case "zero":
                content[place:place] = b"\0"
            case "quote":
                content[place:place] = b'"'
            case "end":
                content[place:place] = b"\r\n"
    try:
        found = {row.address for row in read_people(bytes(content)).rows}
    except ImportFileError:
        return
    assert not found & set(MANAGERS)


def workbook(cells: str, shared: str | None = None) -> bytes:
    """Return a workbook of one sheet with these cells, as XML, and the string that they share."""
    content = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{shared or ""}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def cell(place: str, text: str) -> str:
    """Return a row with one cell."""
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def test_a_workbooks_lines_are_its_rows() -> None:
    """Empty rows above the header count, so that a line is the number that the sheet shows."""
    rows = read_people(workbook(cell("B3", "UPN") + cell("B4", f" {ADA}\n"))).rows
    assert [(row.line, row.address) for row in rows] == [(4, ADA)]


@pytest.mark.parametrize(
    "content",
    [
        workbook(cell("A1", "UPN") + cell("XFD1048576", ADA)),
        b"PK\x03\x04" + bytes(500),
        workbook("<row")[:-200],
    ],
    ids=["a cell far away", "no workbook", "cut off"],
)
def test_a_workbook_that_cannot_be_read_is_refused(content: bytes) -> None:
    """A sheet that asks for more memory than there is ends its own process, and no other."""
    with pytest.raises(ImportFileError) as refused:
        read_people(content)
    assert refused.value.fault is FileFault.BROKEN_WORKBOOK


def test_a_small_workbook_with_much_text_is_refused() -> None:
    """A string that stands in it once is the text of a thousand cells: it says what to do."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 401)
    )
    content = workbook(rows, shared=f"{ADA} {'x' * 30_000}")
    assert len(content) < 100_000

    with pytest.raises(ImportFileError) as refused:
        read_people(content)

    assert refused.value.fault is FileFault.LARGE_SHEET
    assert refused.value.values == {"mebibytes": 10}
