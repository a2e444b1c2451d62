"""Other people's text in one line, in bounds, and in Markdown."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import (
    beginning,
    encodable,
    from_left_to_right,
    isolated,
    list_of,
    one_line,
    shortened,
    unturned,
    without_invisible,
)
from domain.tracking_list.columns import clipped
from domain.wording.markdown import escaped, summary_of, unescaped


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Adele\r\nBcc: all@contoso.example", "Adele Bcc: all@contoso.example"),
        ("Adele\u2028Vance\x00\x07", "Adele Vance"),
        ("Adele\u2029Vance", "Adele Vance"),
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


def test_a_text_of_ours_is_known_by_what_stands_before_its_values() -> None:
    """The first value that is filled in ends it, and the space before that."""
    assert beginning("Cancelled by {actor}: {reason}") == "Cancelled by"
    assert beginning("Gone.") == "Gone."


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


@pytest.mark.parametrize("text", ["*" * 1000, "🎉" * 1000, "é" * 1000, "ab *c* " * 200])
def test_a_summary_fills_what_temporal_takes(text: str) -> None:
    """400 bytes of JSON, marks for Markdown included, are reached but for a character or two."""
    summary = summary_of(text)
    size = len(json.dumps(summary, ensure_ascii=False).encode())
    assert 400 - 8 <= size <= 400
    assert summary.endswith("…")
    assert unescaped(summary)[:10] == text[:10]


def test_a_short_summary_is_whole() -> None:
    """Up to the very limit nothing is cut; the quotes of JSON count."""
    assert summary_of("a *b*") == r"a \*b\*"
    assert summary_of("a" * 398) == "a" * 398
    assert summary_of("a" * 399) == "a" * 395 + "…"


@pytest.mark.parametrize("neighbour", ["\u2029x", "10\u202f000", "x\u2065y", "x\u206ay"])
def test_neighbours_of_direction_marks_stay(neighbour: str) -> None:
    """A narrow space in a number is no change of direction; only a line's end becomes a blank."""
    assert one_line(neighbour) == neighbour.replace("\u2029", "").strip()


def test_half_a_letter_breaks_nothing() -> None:
    """What UTF-8 can't hold is replaced, or counted as what it is in UTF-16."""
    assert encodable("Zo\ud800ë") == "Zo?ë"
    assert (encodable("Zoë"), encodable("Zoe"), encodable(3)) == ("Zoë", "Zoe", 3)
    assert shortened("\ud800" * 5, 3) == "\ud800\ud800…"


def test_text_is_unturned() -> None:
    """Only characters that change the direction of what follows are left out."""
    assert unturned("Zoë\u202e\u2066 \n gnp") == "Zoë \n gnp"
    assert unturned("a\tb") == "a\tb"


def test_text_keeps_its_direction_to_itself() -> None:
    """A name from right to left is isolated, a number always, and what nobody sees goes."""
    assert isolated("עדה") == "\u2068עדה\u2069"
    assert isolated("علي") == "\u2068علي\u2069"
    assert isolated("Zoë\n") == "Zoë"
    assert from_left_to_right("0800 1") == "\u20660800 1\u2069"
    assert without_invisible("a\u00ad\u200b\u200f\u2028\u202e\u2060\u2069\ufeffb") == "ab"


def test_a_list_may_hold_a_value_twice() -> None:
    """Unless each may be there once; what is empty between commas is nothing."""
    assert list_of(int)(" 1,1,, 2,") == (1, 1, 2)
    assert list_of(int, unique=True)("1,2") == (1, 2)
    with pytest.raises(ValueError, match="number 2"):
        list_of(int, unique=True)("1,1")
