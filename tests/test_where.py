"""The table "Where is …?" of CONTRIBUTING, and the walks of the map, held to the tree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECTION = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where is …?")[2]
ROW = re.compile(r"^\| (… .+\?) \| `([^`]+)`(?: \(`([^`]+)`\))? \|$", re.MULTILINE)
ANSWERS = ROW.findall(SECTION)
MAP = (ROOT / "docs/architecture.md").read_text()
WALKS = [
    (what, re.findall(r"`([^`]+)`", way))
    for what, way in re.findall(r"^\| (a [^|]+) \| (`.+→.+`) \|$", MAP, flags=re.MULTILINE)
]


def test_twenty_questions() -> None:
    """There are twenty questions, and every row of the table is one that is checked here."""
    rows = [line for line in SECTION.splitlines() if line.startswith("| …")]
    assert len(ANSWERS) == len(rows) == 20


@pytest.mark.parametrize(("question", "path", "name"), ANSWERS)
def test_the_answer_is_there(question: str, path: str, name: str) -> None:
    """The path exists, and defines what the answer names."""
    content = (ROOT / path).read_text()
    if name:
        defined = rf"^\s*(?:class|def|async def) {name}\b|^{name}\b[^=\n]*="
        assert re.search(defined, content, flags=re.MULTILINE), f"{path} doesn't define {name}"


def test_four_walks() -> None:
    """The map follows a row, a click, a mail and a registration."""
    assert [what for what, _ in WALKS] == ["a CSV row", "a click", "a mail", "a registration"]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk[0])
def test_a_walk_leads_through_at_most_ten_files(walk: tuple[str, list[str]]) -> None:
    """Where a row, a click, a mail, a registration goes can be followed file by file."""
    _, files = walk
    assert 1 < len(files) <= 10
    assert [file for file in files if not (ROOT / file).is_file()] == []
