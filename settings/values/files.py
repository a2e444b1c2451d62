"""Paths of files, and the one file whose content counts: the logo."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import imagesize

from domain.mail.content import Logo
from settings.values.validators import written

# It goes out with every mail: a hundred thousand of them are then 10 GB.
LARGEST_BYTES = 100_000
_LARGEST_SIDE = 4_000
_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def read_existing_file(text: str) -> Path:
    """Read the path of a file that can be read."""
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise ValueError("names a file that does not exist") from None
    except IsADirectoryError:
        raise ValueError("names a folder, not a file") from None
    except OSError as error:
        raise ValueError(f"names a file that cannot be read ({error.strerror})") from None


def read_file_to_write(text: str) -> Path:
    """Read the path of a file that is made where it does not exist."""
    path = Path(text)
    if _holds(path, Path.is_dir):
        raise ValueError("names a folder, not a file")
    if any(_holds(folder, Path.is_file) for folder in path.parents):
        raise ValueError("lies in a folder that is a file")
    return path


def read_folder(text: str) -> Path:
    """Read the path of a folder that is made where it does not exist."""
    path = Path(text)
    if any(_holds(place, Path.is_file) for place in (path, *path.parents)):
        raise ValueError("names a file, not a folder")
    return path


def _holds(path: Path, test: Callable[[Path], bool]) -> bool:
    try:
        return test(path)
    except OSError as error:
        # In a folder that may not be entered, or too long.
        raise ValueError(f"names a place that cannot be used ({error.strerror})") from None


def read_logo_file(text: str) -> Path:
    """Read the path of a file that holds a logo."""
    path = read_existing_file(text)
    logo_in(path)
    return path


def logo_in(path: Path) -> Logo:
    """Return the logo in a file.

    Raises:
        ValueError: it is no such image, or a large one.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise ValueError("names a file of more than 100 KB, which every mail would carry")
    types = [kind for start, kind in _TYPES.items() if content.startswith(start)]
    if not types:
        raise ValueError("names a file that is not a PNG, JPEG or GIF image")
    try:
        width, height = imagesize.get(io.BytesIO(content))
    except Exception:  # noqa: BLE001 - whatever a broken image makes of its reader
        width, height = 0, 0
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise ValueError("names an image that is broken, or has a side of more than 4,000 pixels")
    return Logo(content_type=types[0], content=content, width=int(width), height=int(height))


ExistingFile = Annotated[Path, written(read_existing_file)]
FileToWrite = Annotated[Path, written(read_file_to_write)]
Folder = Annotated[Path, written(read_folder)]
LogoFile = Annotated[Path, written(read_logo_file)]
