"""The logo that a setting names."""

import struct
from pathlib import Path

import pytest

from settings import PreviewSettings, settings_from
from settings.values.files import LARGEST_BYTES, logo_in
from templates.authenticator import STORES
from tests.settings.complete import PUBLIC

PNG = STORES[0].png
GIF = b"GIF89a" + struct.pack("<HH", 120, 40) + b"\x00\x00\x00;"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08"
    + struct.pack(">HH", 40, 120)
    + b"\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01"
    b"\xff\xd9"
)


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (PNG, "image/png", (246, 246)),
        (GIF, "image/gif", (120, 40)),
        (JPEG, "image/jpeg", (120, 40)),
    ],
    ids=["png", "gif", "jpeg"],
)
def test_a_logo_is_read(tmp_path: Path, content: bytes, kind: str, size: tuple[int, int]) -> None:
    """The three kinds that every mail program shows, told by their content and not their name."""
    path = tmp_path / "logo.svg"
    path.write_bytes(content)
    settings = settings_from(PreviewSettings, {**PUBLIC, "LOGO_FILE": str(path)})
    logo = settings.branding.logo
    assert logo is not None
    assert (logo.content_type, (logo.width, logo.height)) == (kind, size)
    assert logo.content == content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a PNG, JPEG or GIF image"),
        (b"", "is not a PNG, JPEG or GIF image"),
        (PNG[:10], "is broken"),
        (b"\xff\xd8\xff", "is broken"),
        (GIF[:8], "is broken"),
        (PNG[:16] + struct.pack(">II", 4001, 10) + PNG[24:], "more than 4,000 pixels"),
        (PNG[:16] + struct.pack(">II", 0, 10) + PNG[24:], "is broken"),
        (PNG + bytes(LARGEST_BYTES), "of more than 100 KB"),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    """A file that mail programs don't show, or that would make every mail heavy."""
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        logo_in(path)
