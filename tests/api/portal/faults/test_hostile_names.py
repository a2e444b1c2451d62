"""Whatever people are called, and whatever admins write: pages show text, downloads hold text."""

import csv
import io
import re
from collections.abc import AsyncIterator
from zipfile import ZipFile

import httpx
import pytest

from domain.portal.roles import Role
from tests.api.portal.faults.hostile_tables import IDS, fill
from tests.api.portal.faults.pages import addresses, filled_in
from tests.api.portal.people.values import SCRIPT
from tests.api.portal.portal import RunningPortal

# Turns the text after it around; a script's, a formula's or another site's address in a link.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LEADS_AWAY = re.compile(r"""(?:href|src|action)=["']?\s*(?:javascript|vbscript|=|https://evil)""")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PLACES = IDS | {"number": "1", "language": "en"}


@pytest.fixture
async def admin(portal: RunningPortal) -> AsyncIterator[httpx.AsyncClient]:
    """Give the browser of an admin whose own name is hostile, on tables full of attacks."""
    await fill(portal.database)
    async with portal.browser(Role.ADMIN, name=SCRIPT) as browser:
        yield browser


async def test_every_page_shows_text(admin: httpx.AsyncClient) -> None:
    """No name is markup, leads away, or turns the text around; every page of the portal is met."""
    shown = 0
    for path in addresses("GET"):
        page = await admin.get(filled_in(path, PLACES))
        assert page.status_code in {200, 303, 404, 503}, path
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue
        assert SCRIPT not in page.text, path
        assert not TURNS.search(page.text), path
        assert not LEADS_AWAY.search(page.text), path
        shown += "&lt;script&gt;" in page.text
    assert shown > 20


async def test_no_download_holds_a_formula(admin: httpx.AsyncClient) -> None:
    """Each file of a spreadsheet program has text in every cell, with no address to follow."""
    files = [path for path in addresses("GET") if path.endswith((".csv", ".xlsx"))]
    assert len(files) >= 5
    for path in files:
        answer = await admin.get(filled_in(path, PLACES))
        assert answer.status_code == 200, path
        content = answer.content
        if path.endswith(".xlsx"):
            with ZipFile(io.BytesIO(content)) as book:
                sheets = b"".join(book.read(name) for name in book.namelist())
            assert b"<f>" not in sheets, path
            assert b"<hyperlink" not in sheets, path
            continue
        text = content.decode("utf-8-sig")
        assert not TURNS.search(text), path
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert [cell for cell in cells if cell.startswith(FORMULA)] == [], path
