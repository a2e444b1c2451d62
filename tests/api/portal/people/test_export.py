"""Exports: everybody whom the filters find, and nothing that a spreadsheet would run."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from client.exports import people as exports
from database.audit.entries import read_entries
from database.enrolments.contact import keep_contact
from database.enrolments.record import record_all
from domain.portal.call_list import CallEntry
from domain.portal.roles import Role
from domain.status import EnrolmentEnd
from domain.tables.enrolment import EnrolmentChange
from tests.api.portal.people.values import FORMULA, SCRIPT, hostile
from tests.api.portal.portal import RunningPortal
from tests.database.values import NOW, TOMBSTONES, object_id, person, put


def _rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _cells(content: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


async def test_both_kinds_hold_the_same_people(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people than are read at once are all in the file, in the order of the list."""
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    rows = [person(number, display_name=f"P {number:04}") for number in range(11)]
    async with portal.database.writing() as connection:
        changes = [EnrolmentChange(row=row) for row in rows]
        await record_all(connection, changes, tombstones=TOMBSTONES)
    async with portal.browser(Role.ADMIN) as browser:
        text = await browser.get("/portal/people/export.csv?sort=name")
        book = await browser.get("/portal/people/export.xlsx?sort=name")
    expected = ["Name", *(row.display_name for row in rows)]
    assert [row[0] for row in _rows(text.content)] == expected
    assert [row[0] for row in _cells(book.content)] == expected
    assert "attachment" in text.headers["content-disposition"]
    async with portal.database.reading() as connection:
        entries = await read_entries(connection)
    said = {(one.action, one.actor.name, one.reason) for one in entries.values() if one.reason}
    assert said == {
        ("export", "Ada Lovelace", "people.csv: 11 people"),
        ("export", "Ada Lovelace", "people.xlsx: 11 people"),
    }


async def test_no_cell_is_a_formula_or_a_link(portal: RunningPortal) -> None:
    """What could run is text: with a mark in CSV, and by its type in a workbook."""
    await put(portal.database, hostile())
    async with portal.browser(Role.ADMIN) as browser:
        text = (await browser.get("/portal/people/export.csv")).content
        book = (await browser.get("/portal/people/export.xlsx")).content
    titles, cells = _rows(text)
    row = dict(zip(titles, cells, strict=True))
    assert row["Mail"] == f"'{FORMULA}"
    assert row["Batch"] == f"'+{SCRIPT}"
    assert row["Manager"] == f"'@{SCRIPT}"
    assert row["Problem"] == f"'-{SCRIPT}"
    assert row["Language"] == "'=1+1"
    assert row["Name"] == f"{SCRIPT}gnp.exe"
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in cells)
    assert FORMULA in _cells(book)[1]
    assert b"<f>" not in book


async def test_the_call_list_has_those_whose_manager_was_told(portal: RunningPortal) -> None:
    """Who has ended, and whose manager wasn't told, is not called."""
    told = {"escalated": True, "escalated_at": NOW, "manager_upn": "boss@contoso.com"}
    await put(portal.database, person(1, **told))
    await put(portal.database, person(2, **told, ended=EnrolmentEnd.ACTIVE))
    await put(portal.database, person(3))
    calls = CallEntry(
        phone="+44 20 7946 0001", manager_name="The Boss", manager_phone="020 7946 0002"
    )
    async with portal.database.writing() as connection:
        await keep_contact(connection, object_id(1), calls, with_manager=True, now=NOW)
    async with portal.browser(Role.ADMIN) as browser:
        text = await browser.get("/portal/people/calls.csv")
        book = (await browser.get("/portal/people/calls.xlsx")).content
        others = (await browser.get("/portal/people/export.csv")).text
    titles, cells = _rows(text.content)
    row = dict(zip(titles, cells, strict=True))
    assert row["User principal name"] == "person1@contoso.com"
    assert row["Phone"] == "'+44 20 7946 0001"
    assert (row["Manager"], row["Manager's phone"]) == ("The Boss", "020 7946 0002")
    assert row["Manager's user principal name"] == "boss@contoso.com"
    assert {"+44 20 7946 0001", "020 7946 0002"} <= set(_cells(book)[1])
    assert "7946" not in others
    assert row["Manager told (UTC)"] == "2026-11-26 09:00:00"


async def test_an_unknown_filter_exports_nobody(portal: RunningPortal) -> None:
    """The page names it, nothing is in the log; without the filter everybody would be in the file.

    So it is with the audit log.
    """
    async with portal.browser(Role.ADMIN) as browser:
        for name in ("export.csv", "export.xlsx", "calls.csv", "calls.xlsx"):
            page = await browser.get(f"/portal/people/{name}?department=Sales&status=%3Cb%3EGone")
            assert page.status_code == 422, name
            assert "<bdi>Status: &lt;b&gt;Gone</bdi>" in page.text
            page = await browser.get(f"/portal/people/{name}?departement=Sales")
            assert (page.status_code, "departement: Sales" in page.text) == (422, True), name
        for asked, told in (("action=gone", "Action: gone"), ("acton=stop-mail", "acton: stop-")):
            page = await browser.get(f"/portal/audit/export.csv?{asked}")
            assert (page.status_code, told in page.text) == (422, True), asked
    async with portal.database.reading() as connection:
        assert await read_entries(connection) == {}


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.READER])
async def test_others_export_nothing(portal: RunningPortal, role: Role) -> None:
    """Only an admin takes everybody's data away, whatever the page offers."""
    async with portal.browser(role) as browser:
        for name in ("export.csv", "export.xlsx", "calls.csv", "calls.xlsx"):
            assert (await browser.get(f"/portal/people/{name}")).status_code == 403
        assert "Export" not in (await browser.get("/portal/people")).text
