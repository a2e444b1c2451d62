"""Text as it is searched: without capitals and accents."""

import unicodedata
from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# Letters that Unicode doesn't take apart into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
# An index entry of PostgreSQL has room for 2,700 bytes, and others share it.
LIMIT = 1000
ESCAPE = "/"


def searchable(*texts: str | None) -> str:
    """Return texts as one, as they are searched; empty and repeated ones are left out."""
    kept = list(dict.fromkeys(folded(text) for text in texts if text))
    return clipped(" ".join(kept), LIMIT)


def folded(text: str) -> str:
    """Return text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(bare.translate(_LETTERS).split())


class _Contains(FunctionElement[bool]):
    """Whether a column holds a text anywhere: the column, a LIKE pattern, and the text itself."""

    type = Boolean()
    inherit_cache = True


@compiles(_Contains)
def _by_pattern(element: _Contains, compiler: Any, **options: Any) -> str:
    column, pattern, _ = element.clauses
    return str(compiler.process(column.like(pattern, escape=ESCAPE), **options))


@compiles(_Contains, "postgresql")
def _by_position(element: _Contains, compiler: Any, **options: Any) -> str:
    """Say it so that PostgreSQL reads an index: of LIKE it expects few rows, and sorts them."""
    column, _, text = element.clauses
    inside = f"{compiler.process(column, **options)}, {compiler.process(text, **options)}"
    return f"(strpos({inside}) > 0)"


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return the condition that a column of searchable text holds a text anywhere."""
    plain = pattern = folded(text)
    for special in (ESCAPE, "%", "_"):
        pattern = pattern.replace(special, ESCAPE + special)
    return _Contains(column, literal(f"%{pattern}%", column.type), literal(plain, column.type))


def clipped(text: str, limit: int) -> str:
    """Return as much of a text as fits into so many bytes."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore")
