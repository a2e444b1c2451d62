"""From a file's bytes to its text, whatever program wrote them.

Only addresses have to be right, and those are ASCII in every code page; names may come out wrong.
"""

import codecs
import re

from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault

# The longer marks first: UTF-32 begins as UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
_WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|table|meta|\?xml)\b", re.IGNORECASE)
# What no text holds: C0 but tab, line ends, form feed and the end mark of old systems.
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")
_LOOKED_AT = 4_096
# Of the zero bytes of UTF-16 and UTF-32 most stand beside a Latin letter; of text none do.
_MANY, _FEW = 0.3, 0.05
# At which of four places Latin letters stand.
_LETTERS = {"utf-32-le": {0}, "utf-32-be": {3}, "utf-16-le": {0, 2}, "utf-16-be": {1, 3}}


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 or UTF-32, else any code page that has ASCII.

    Raises:
        ImportFileError: it isn't text, or is a web page or an old workbook.
    """
    if content.startswith(_OLD_WORKBOOK):
        raise ImportFileError(FileFault.OLD_WORKBOOK)
    text = _text(content).replace("\0", "")
    if _WEB_PAGE.match(text):
        raise ImportFileError(FileFault.WEB_PAGE)
    if len(_CONTROL.findall(text[:_LOOKED_AT])) > _FEW * min(len(text), _LOOKED_AT):
        raise ImportFileError(FileFault.NOT_TEXT)
    return text


def _text(content: bytes) -> str:
    try:
        for mark, encoding in _MARKS:
            if content.startswith(mark):
                return content.decode(encoding)
        return content.decode(_unmarked(content[:_LOOKED_AT]) or "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _unmarked(head: bytes) -> str | None:
    """Return the encoding that the places of zero bytes give away, None where they don't."""
    zeros = [head[place::4].count(0) / max(len(head[place::4]), 1) for place in range(4)]
    found = (encoding for encoding, letters in _LETTERS.items() if _zero_but(zeros, letters))
    return next(found, None)


def _zero_but(zeros: list[float], letters: set[int]) -> bool:
    return all(
        share < _FEW if place in letters else share > _MANY for place, share in enumerate(zeros)
    )
