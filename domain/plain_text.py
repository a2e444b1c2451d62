"""Other people's text, made fit to stand in one line of a mail, a list, a history or a terminal.

A display name is whatever somebody once typed into the directory. It may hold line breaks (which
would add headers to a mail), escape sequences of terminals, characters that turn the direction of
all the text after them, or more than fits. What admins write may be a list with commas.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

T = TypeVar("T")

# As long as a single line of text on a SharePoint list, and a keyword of Temporal on SQL, may be.
LONGEST = 255

_LINE_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Embeddings, overrides and isolates: one left open would reach beyond the name.
_DIRECTION_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_DIRECTION_CONTROL = re.compile(f"[{''.join(map(chr, _DIRECTION_CONTROLS))}]")

_LEFT_TO_RIGHT_ISOLATE, _FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2066", "\u2068", "\u2069"

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def encodable(value: object) -> object:
    """Return a text without halves of UTF-16 pairs, which no UTF-8 can hold; else the value itself.

    JSON can carry such halves, so a list or a directory can.
    """
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def bounded_line(text: str, limit: int = LONGEST) -> str:
    """Return the text in one line of at most ``limit`` UTF-16 units, fit for any column."""
    # Cut twice: what is taken out of a very long text costs time, too.
    return shortened(one_line(text[: 4 * limit]), limit)


def unturned(text: str) -> str:
    """Return the text without characters that change the direction of what follows.

    Most texts have none, and some are whole tables of a page: to look for one takes a thirtieth of
    the time of a translation.
    """
    if text.isascii() or not _DIRECTION_CONTROL.search(text):
        return text
    return text.translate(_DIRECTION_CONTROLS)


def beginning(text: str) -> str:
    """Return the part of a text of ours before the first value that is filled in."""
    return text.partition("{")[0].rstrip()


def one_line(text: str) -> str:
    """Return the text in one line, without control characters and changes of direction."""
    # Python calls none of them printable: control characters, changes of direction, line breaks.
    if text.isprintable() and "  " not in text:
        return text.strip()
    visible = unturned(text)
    spaced = "".join(" " if unicodedata.category(c) in _LINE_BREAKING else c for c in visible)
    return re.sub(" {2,}", " ", spaced).strip()


def shortened(text: str, limit: int) -> str:
    """Return the text, cut with an ellipsis if it is longer than the limit in UTF-16 units.

    Exchange and SharePoint count UTF-16 units, of which an emoji has two.
    """
    if _utf16_length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while _utf16_length(kept) > limit - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def isolated(text: str) -> str:
    """Return the text in one line; if it runs from right to left, it turns only itself around.

    The isolating characters are left away where they do nothing, because some old readers of
    plain text show them as boxes.
    """
    line = one_line(text)
    if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in line):
        return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}"
    return line


def from_left_to_right(text: str) -> str:
    """Return a number or an address that keeps its order in a line that runs from right to left."""
    return f"{_LEFT_TO_RIGHT_ISOLATE}{text}{_POP_ISOLATE}"


def without_invisible(text: str) -> str:
    """Return the text without letters that nobody sees, which copying and mail programs add."""
    return _INVISIBLE.sub("", text)


def address_parts(text: str) -> SplitResult:
    """Return the parts of an address that anybody may have written, all empty where it is none."""
    try:
        return urlsplit(text)
    except ValueError:
        # Of a bracket without its other half, for example.
        return urlsplit("")


def list_of(read: Callable[[str], T], *, unique: bool = False) -> Callable[[str], tuple[T, ...]]:
    """Return a function that reads values between commas.

    Args:
        read: reads one of them.
        unique: refuse a value that is there twice.
    """

    def read_all(text: str) -> tuple[T, ...]:
        found: list[T] = []
        parts = [part.strip() for part in text.split(",")]
        for place, part in enumerate((part for part in parts if part), start=1):
            try:
                value = read(part)
            except ValueError as error:
                raise ValueError(
                    f"has a wrong entry: number {place} {error}; commas separate entries"
                ) from None
            if unique and value in found:
                raise ValueError(f"has the same entry twice: remove number {place}")
            found.append(value)
        if not found:
            raise ValueError("has no entry")
        return tuple(found)

    return read_all
