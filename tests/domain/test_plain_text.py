"""Other people's text in one line, in bounds, and in Markdown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.markdown import escaped, unescaped
from domain.plain_text import one_line, shortened
from domain.tracking_list.columns import clipped


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Adele\r\nBcc: all@contoso.example", "Adele Bcc: all@contoso.example"),
        ("Adele\u2028Vance\x00\x07", "Adele Vance"),
        ("\u202egpj.exe\u202c \u2066x\u2069", "gpj.exe x"),
        ("  Adele \ud800 Vance ", "Adele Vance"),
        ("Zoë 👩‍👩‍👧", "Zoë 👩‍👩‍👧"),
    ],
)
def test_one_line_takes_control_characters_out(typed: str, line: str) -> None:
    """Line breaks, control characters and changes of direction go; the rest stays."""
    assert one_line(typed) == line


def test_shortened_counts_as_exchange_does() -> None:
    """An emoji counts twice, and is never cut in two."""
    assert shortened("🎉" * 5, 10) == "🎉" * 5
    assert shortened("🎉" * 6, 10) == "🎉" * 4 + "…"
    assert shortened("abcdef", 4) == "abc…"


@given(st.text())
def test_any_text_becomes_one_harmless_line(text: str) -> None:
    """Nothing that breaks lines, speaks to a terminal or turns the direction is left."""
    line = one_line(text)
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert one_line(line) == line


@given(st.text())
def test_what_is_escaped_for_markdown_comes_back(text: str) -> None:
    """A reader without Markdown sees the text in one line, as it was."""
    assert unescaped(escaped(text)) == one_line(text)


@pytest.mark.parametrize("mark", ["<b>", "**b**", "[x](y)", "`x`", "# x", "| x |", "- x", "~~x~~"])
def test_markdown_acts_on_nothing_from_outside(mark: str) -> None:
    """No character that begins or ends a mark of Markdown stands without a backslash."""
    bare = escaped(mark).replace("\\\\", "")
    for character in "<>*[]`#|-~":
        assert bare.count(character) == bare.count("\\" + character)


def test_a_column_of_the_list_holds_one_line_in_bounds() -> None:
    """A single-line column gets neither a line break nor more than 255 UTF-16 units."""
    assert clipped("Ada\r\nLovelace") == "Ada Lovelace"
    text = clipped("🎉" * 200)
    assert isinstance(text, str)
    assert len(text.encode("utf-16-le")) // 2 <= 255
    assert text.endswith("🎉…")
    assert (clipped(None), clipped(3)) == (None, 3)
