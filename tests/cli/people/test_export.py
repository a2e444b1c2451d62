"""``people export`` writes files for spreadsheets."""

from pathlib import Path

import pytest

from tests.cli.people.conftest import Verb
from tests.support.json_documents import read_document

_FILES: dict[str, tuple[tuple[str, ...], str, bytes]] = {
    "all.csv": ((), "6 people written", b"\xef\xbb\xbfName,User principal name"),
    "all.xlsx": (("--status", "Active"), "1 person written", b"PK"),
    "calls.CSV": (("--calls",), "0 people written", b"\xef\xbb\xbfName,User"),
}


@pytest.mark.parametrize("name", _FILES)
def test_files(verb: Verb, tmp_path: Path, name: str) -> None:
    """The suffix decides the kind, the filters are those of the list, and only the owner reads."""
    arguments, said, begins = _FILES[name]
    path = tmp_path / name
    code, output = verb("people", "export", str(path), *arguments)
    assert (code, said in output) == (0, True), output
    other = str(tmp_path / f"other{path.suffix}")
    code, output = verb("people", "export", other, *arguments, "--json")
    assert f"{read_document('people export', output)['people']} " in said
    assert path.read_bytes().startswith(begins)
    assert path.stat().st_mode & 0o077 == 0
    code, output = verb("people", "export", str(path))
    assert code == 1
    assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("name", "arguments"), [("people.pdf", ()), ("people.csv", ("--batch-id", "nowhere"))]
)
def test_what_is_wrong_leaves_no_file(
    verb: Verb, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    """Another kind of file, or a batch that nobody is in, is a wrong use."""
    assert verb("people", "export", str(tmp_path / name), *arguments)[0] == 2
    assert not (tmp_path / name).exists()
