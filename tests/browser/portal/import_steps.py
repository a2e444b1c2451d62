"""How an admin imports people: a file with what goes wrong in one, and its corrections."""

import csv
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.portal.week import Person, rows_of

RIGHT = [
    "tom.okafor",
    "luc.moreau",
    "sean.obrien",
    "aisha.rahman",
    "dwayne.carter",
    "ngozi.eze",
    "jack.frost",
    "noor.haddad",
    "george.king",
    "juergen.gross",
    "emma.wilson",
    "giulia.rossi",
    "bjorn.aasen",
    "nora.lost",
]


# What is wrong with a row, and as whom the admin corrects it; nobody is meant by an empty text.
WRONG = {
    "not-an-address": "",
    "": "",
    "TOM.OKAFOR@contoso.example": "",
    "nobody.at.all@contoso.example": "",
    "Maria <maria.garcia@contoso.example>": "maria.garcia@contoso.example",
    "ruth.cohen@contoso.example; li.wei@contoso.example": "ruth.cohen@contoso.example",
    "amelie.fontaina@contoso.example": "amelie.fontaine@contoso.example",
    "kwame.mensa@contoso.example": "kwame.mensah@contoso.example",
    "chloe.duboi@contoso.example": "chloe.dubois@contoso.example",
    "sven.olson@contoso.example": "sven.olsson@contoso.example",
    "sakura.tanaka@contoso.exmple": "sakura.tanaka@contoso.example",
}


CORRECTED = [right for right in WRONG.values() if right]


def _file(folder: Path, name: str, upns: list[str]) -> Path:
    file = folder / f"{name}.csv"
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([["UPN", "Site"], *([one, "Berlin"] for one in upns)])
    return file


async def _import(ada: Person, file: Path, batch: str) -> None:
    """Upload a file, wait for its preview, name its batch, and start it."""
    page = ada.page
    await ada.follow("Import")
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator("#standing .badge")).to_have_text("done", timeout=PATIENCE_MS)
    await page.get_by_label("Batch").fill(batch)


async def _started(ada: Person, batch: str) -> None:
    """Press Start, and watch the report until the import has ended."""
    await ada.page.get_by_role("button", name="Start the import").click()
    await ada.is_at(f"Import of batch {batch}")
    await expect(ada.page.locator("#standing .badge")).to_have_text("done", timeout=PATIENCE_MS)
    # The page comes again by itself then: it has an end to tell.
    await expect(ada.page.get_by_text("Ended", exact=True)).to_be_visible(timeout=PATIENCE_MS)


async def import_people(ada: Person, folder: Path) -> None:
    """Import 25 rows of which 11 are wrong, then the rejects, put right."""
    page = ada.page
    upns = [f"{alias}@contoso.example" for alias in RIGHT] + list(WRONG)
    assert len(upns) == 25
    await _import(ada, _file(folder, "people", upns), "week-1")
    faults = page.get_by_role("region", name="Rows that start nobody").locator("tbody tr")
    await expect(faults).to_have_count(len(WRONG))
    # The header is line 1.
    lines = await faults.locator("td:first-child").all_inner_texts()
    assert [int(line) for line in lines] == list(range(len(RIGHT) + 2, len(upns) + 2))
    await expect(faults.filter(has_text="kwame.mensa@")).to_contain_text("kwame.mensah@")
    await _started(ada, "week-1")

    link = page.get_by_role("button", name="Download these rows")
    rejects = rows_of(await ada.download(link, folder))
    assert [row["UPN"] for row in rejects] == list(WRONG)
    assert all(row["Reason"] for row in rejects)
    await _import(ada, _file(folder, "corrected", CORRECTED), "week-1-corrected")
    await expect(page.get_by_role("heading", name="Rows that start nobody")).to_have_count(0)
    await _started(ada, "week-1-corrected")
