"""The text of a file that an editor or a shell wrote, in whatever encoding it says it has."""

import codecs

# The longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def text_of(data: bytes) -> str:
    """Return the text; bytes that are not UTF-8 stay in it as lone surrogates.

    Raises:
        UnicodeDecodeError: the file says that it is UTF-16 or UTF-32, and is not.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    # UTF-16 without its mark: the first character of such a file is one of ASCII.
    if data[:1] == b"\0":
        return data.decode("utf-16-be")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    return data.decode("utf-8", errors="surrogateescape")


def is_readable(text: str) -> bool:
    """Return False for a text with bytes of another encoding, or with NUL."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
