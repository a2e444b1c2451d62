"""Rows that are written whole are what a spreadsheet reads."""

import io
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from zipfile import ZipFile

import pytest
import xlsxwriter
from packaging.requirements import Requirement
from packaging.version import Version
from python_calamine import CalamineWorkbook

from client.exports.cells import Cell
from client.exports.sheet import RowSheet
from domain.status import InviteStatus
from tests.support.command_line import ROOT


def _workbook(*rows: list[Cell]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("People", worksheet_class=RowSheet)
    for place in range(len(rows[0])):
        sheet.write_string(0, place, f"Title {place}")
    sheet.start_rows(len(rows[0]), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    for row in rows:
        sheet.add_row(row)
    book.close()
    return file.getvalue()


def test_each_kind_of_cell_is_read_as_what_it_is() -> None:
    """Text, a choice, yes and no, a number, an instant and nothing, in their places."""
    at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    content = _workbook(
        ["Ada", InviteStatus.SENT, True, 3, at, None], ["Eve", None, False, 0, None, None]
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows == [
        [f"Title {place}" for place in range(6)],
        ["Ada", "Sent", "yes", 3.0, at.replace(tzinfo=None), ""],
        ["Eve", "", "no", 0.0, "", ""],
    ]
    assert b'<dimension ref="A1:F3"/>' in ZipFile(io.BytesIO(content)).read(
        "xl/worksheets/sheet1.xml"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "=1+1"),
        ("<b>&\"'", "&lt;b&gt;&amp;\"'"),
        ("a\nb\t c\x07", "a b c"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x\ufffe\uffffy", "xy"),
        ("_x0041_ _xyz_", "_x005F_x0041_ _xyz_"),
        ("  Ada ", "Ada"),
        ("Zoë 😀", "Zoë 😀"),
        ("a" * 32_000, "a" * 32_000),
        ("a" * 32_001, "a" * 31_999 + "…"),
        ("😀" * 16_001, "😀" * 15_999 + "…"),
    ],
)
def test_text_stays_text(text: str, written: str) -> None:
    """No markup, no control character, no code of a character and no more than a cell holds."""
    with ZipFile(io.BytesIO(_workbook([text]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert f'<row r="2"><c r="A2" t="inlineStr"><is><t>{written}</t></is></c></row>' in sheet


def test_no_version_is_installed_that_was_not_tried() -> None:
    """Rows go where the library puts its own, by private names: a new minor version is refused."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (bound,) = (
        one.specifier
        for one in map(Requirement, project["dependencies"])
        if one.name == "xlsxwriter"
    )
    tried = Version(version("xlsxwriter"))
    assert tried in bound
    assert f"{tried.major}.{tried.minor + 1}" not in bound
