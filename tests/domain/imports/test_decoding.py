"""Files of every encoding become text; what is no text is refused by name."""

import pytest

from domain.imports.decoding import decode
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault

TEXT = "UPN;Name\nzoë@contoso.com;Zoë\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_unicode_with_and_without_a_mark(encoding: str) -> None:
    """The mark tells the encoding, and without one the places of the zero bytes do."""
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("mark", "encoding"), [("fffe0000", "utf-32-le"), ("0000feff", "utf-32-be")]
)
def test_the_longer_mark_counts(mark: str, encoding: str) -> None:
    """UTF-32 begins as UTF-16 does."""
    assert decode(bytes.fromhex(mark) + TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"Zo\xeb", "Zo\xeb"),
        # Not in cp1252.
        (b"\x81\x8d ada@contoso.com", "\x81\x8d ada@contoso.com"),
        ("Zoë".encode(), "Zoë"),
        (b"a\0b", "ab"),
        (b"", ""),
    ],
)
def test_other_code_pages(content: bytes, text: str) -> None:
    """What isn't UTF-8 is cp1252, else Latin-1; a stray zero byte is dropped."""
    assert decode(content) == text


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x", FileFault.OLD_WORKBOOK),
        (b" \n<!DOCTYPE html><p>", FileFault.WEB_PAGE),
        (b"<TABLE><tr>", FileFault.WEB_PAGE),
        (b'<?xml version="1.0"?>', FileFault.WEB_PAGE),
        (b"\x01" * 6 + b"x" * 94, FileFault.NOT_TEXT),
        # Of a long text the beginning counts.
        (b"\x01" * 205 + b"x" * 100_000, FileFault.NOT_TEXT),
    ],
)
def test_what_is_no_text(content: bytes, fault: FileFault) -> None:
    """Workbooks, web pages and programs are refused, each with its own reason."""
    with pytest.raises(ImportFileError) as refused:
        decode(content)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    "content",
    [
        b"\x01" * 5 + b"x" * 95,
        b"\x01" * 204 + b"x" * 100_000,
        b"x" * 4_096 + b"\x01" * 4_000,
        b"a\tb\r\nc\x0cd\x1a" * 3,
        b"<b>ada</b>",
        b"<tabletop>",
    ],
)
def test_what_passes_as_text(content: bytes) -> None:
    """A few control characters, tabs, line ends and the end mark of old systems are text."""
    assert decode(content) == content.decode()
