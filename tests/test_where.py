"""What documents and docstrings say of places in the code, held to the tree."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECTION = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where is …?")[2]
ROW = re.compile(r"^\| (… .+\?) \| `([^`]+)`(?: \(`([^`]+)`\))? \|$", re.MULTILINE)
ANSWERS = ROW.findall(SECTION)
MAP = (ROOT / "docs/architecture.md").read_text()
WALKS = [
    (what, re.findall(r"`([^`]+)`", way))
    for what, way in re.findall(r"^\| (an? [^|]+) \| (`.+→.+`) \|$", MAP, flags=re.MULTILINE)
]
# Activities can't import workflows.
STARTED_BY_NAME = ("activities/enrolment/start.py", "workflows/enrolment/workflow.py")


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


def test_six_walks() -> None:
    """The map follows a row, a click, a mail, a registration, a pause and an erasure."""
    assert [what for what, _ in WALKS] == [
        "a CSV row",
        "a click",
        "a mail",
        "a registration",
        "a pause",
        "an erasure",
    ]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk[0])
def test_a_walk_leads_through_at_most_ten_files(walk: tuple[str, list[str]]) -> None:
    """Each file of a walk is there, and an earlier one leads to it."""
    _, files = walk
    assert 1 < len(files) <= 10
    assert [file for file in files if not (ROOT / file).is_file()] == []
    for place, file in enumerate(files[1:], start=1):
        assert any(_leads(earlier, file) for earlier in files[:place]), file


def _leads(earlier: str, later: str) -> bool:
    """Return whether a file imports another, is registered beside it, or starts it by its name."""
    if (earlier, later) == STARTED_BY_NAME:
        return "ENROLMENT_WORKFLOW" in (ROOT / earlier).read_text()
    if _module(later) in _imports(ROOT / earlier):
        return True
    both = {_module(earlier), _module(later)}
    return any(both <= _imports(registry) for registry in (ROOT / "worker").glob("*.py"))


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


@cache
def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_docstrings_name_what_is_there() -> None:
    """Whoever follows a name in double backticks, a module or something in one, finds it."""
    layers = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()}
    named = {
        (str(path.relative_to(ROOT)), name)
        for layer in layers
        for path in (ROOT / layer).rglob("*.py")
        for name in re.findall(r"``([a-z_]+(?:\.\w+)+)``", path.read_text())
        if name.partition(".")[0] in layers
    }
    assert len(named) > 20
    assert {(path, name) for path, name in named if not _exists(name)} == set()


def _exists(name: str) -> bool:
    """Return whether a dotted name is a module, or what a module defines, or a member of that."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        if place.is_dir():
            return length == len(parts)
        if (file := place.with_suffix(".py")).is_file():
            words = set(re.findall(r"\w+", file.read_text()))
            return words >= set(parts[length:])
    return False
