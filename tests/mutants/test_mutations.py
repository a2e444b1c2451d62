"""The mistakes that mutants are made of."""

from pathlib import Path

import pytest

from tests.mutants.mutations import mutants


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a and b", {"x = a or b"}),
        ("x = a or b", {"x = a and b"}),
        ("x = a + b", {"x = a - b"}),
        ("x = a * b", {"x = a / b"}),
        ("x = a / b", {"x = a * b"}),
        ("x -= a", {"x += a"}),
        ("x = a < b", {"x = a <= b"}),
        ("x = a >= b", {"x = a > b"}),
        ("x = a == b", {"x = a != b"}),
        ("x = a in b", {"x = a not in b"}),
        ("x = a is b", {"x = a is not b"}),
        ("x = not a", {"x = a"}),
        ("x = -a", {"x = a"}),
        ("x = 7", {"x = 8"}),
        ("x = True", {"x = False"}),
        ("x = 'a'", {"x = ''"}),
        ("x = ''", {"x = 'mutant'"}),
        ("x = a if b else c", {"x = a if not b else c"}),
        ("if a:\n    x = b", {"if not a:\n    x = b"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if not a]"}),
        ("f(a)", {"pass"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("class A:\n    x: int = 7", {"class A:\n    x: int = 8"}),
        ("class A:\n    x: T = b", {"class A:\n    x: T = None"}),
        ("class A:\n    x: T = None", {"class A:\n    x: T = 0"}),
        ("for a in b:\n    continue", {"for a in b:\n    break"}),
        # What stays as it is.
        ("'''A docstring.'''", set()),
        ("from a import b", set()),
        ("@f(frozen=True)\nclass A:\n    pass", set()),
        ("def f(x: 'int') -> 'str':\n    pass", set()),
    ],
)
def test_each_mistake(tmp_path: Path, source: str, expected: set[str]) -> None:
    """A piece of code has exactly these mutants, and stays as it is on the disk."""
    file = tmp_path / "rules.py"
    file.write_text(source)
    assert {mutant.source for mutant in mutants(file)} == expected
    assert file.read_text() == source


def test_a_mutant_tells_where_and_what(tmp_path: Path) -> None:
    """A survivor can be found by its line and read as a change."""
    file = tmp_path / "rules.py"
    file.write_text("def f(a, b):\n\n    return (\n        a\n        and b\n    )\n")
    mistake, forgotten_result = sorted(mutants(file), key=lambda mutant: "None" in mutant.told)
    assert mistake.told == "a and b  →  a or b"
    assert mistake.lines == range(4, 6)
    assert forgotten_result.told == "a and b  →  None"
