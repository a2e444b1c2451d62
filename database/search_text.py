"""Text as it is searched: without capitals and accents."""

import unicodedata

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


def containing(text: str) -> str:
    """Return the LIKE pattern, with ``ESCAPE`` as its escape, that finds a text anywhere."""
    plain = folded(text)
    for special in (ESCAPE, "%", "_"):
        plain = plain.replace(special, ESCAPE + special)
    return f"%{plain}%"


def clipped(text: str, limit: int) -> str:
    """Return as much of a text as fits into so many bytes."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore")
