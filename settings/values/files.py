"""Paths of files."""

from pathlib import Path
from typing import Annotated

from settings.values.written import written


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
    if path.is_dir():
        raise ValueError("names a folder, not a file")
    if any(folder.is_file() for folder in path.parents):
        raise ValueError("lies in a folder that is a file")
    return path


def read_folder(text: str) -> Path:
    """Read the path of a folder that is made where it does not exist."""
    path = Path(text)
    if path.is_file() or any(folder.is_file() for folder in path.parents):
        raise ValueError("names a file, not a folder")
    return path


ExistingFile = Annotated[Path, written(read_existing_file)]
FileToWrite = Annotated[Path, written(read_file_to_write)]
Folder = Annotated[Path, written(read_folder)]
