"""The table "Where is …?" of CONTRIBUTING, held to the tree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECTION = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where is …?")[2]
ROW = re.compile(r"^\| (… .+\?) \| `([^`]+)`(?: \(`([^`]+)`\))? \|$", re.MULTILINE)
ANSWERS = ROW.findall(SECTION)


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
