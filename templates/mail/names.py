"""Names whose direction of writing stays their own."""

import unicodedata

from domain.plain_text import one_line

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str) -> str:
    """Return the text in one line; if it runs from right to left, it turns only itself around.

    The isolating characters are left away where they do nothing, because some old readers of
    plain text show them as boxes.
    """
    line = one_line(text)
    if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in line):
        return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}"
    return line
