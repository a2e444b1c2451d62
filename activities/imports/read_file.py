"""A file of people from its bytes: the one way in for command line, API and portal."""

import subprocess
import sys

from domain.imports.file import MAX_BYTES, ImportFile, read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault

# How every .xlsx begins, as every zip archive does.
_WORKBOOK = b"PK\x03\x04"
_PATIENCE_SECONDS = 90
TOO_MUCH_TEXT = 3
"""The status with which a workbook's reader ends where rows are more than ``MAX_BYTES``."""


def read_people(content: bytes) -> ImportFile:
    """Read a CSV in any encoding (``domain.imports.file``), or a workbook (.xlsx).

    A workbook's lines are the rows of its first visible sheet with addresses.

    Raises:
        ImportFileError: nobody can be read from it; its text says why, and what to do.
    """
    if content.startswith(_WORKBOOK) and len(content) <= MAX_BYTES:
        content = _as_csv(content)
    return read_import_file(content)


def _as_csv(workbook: bytes) -> bytes:
    try:
        read = subprocess.run(
            [sys.executable, "-m", "activities.imports.workbook"],
            input=workbook,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as ended:
        much = ended.returncode == TOO_MUCH_TEXT
        raise ImportFileError(
            FileFault.LARGE_SHEET if much else FileFault.BROKEN_WORKBOOK,
            mebibytes=MAX_BYTES // 1024**2,
        ) from None
    except (subprocess.SubprocessError, OSError):
        raise ImportFileError(FileFault.BROKEN_WORKBOOK) from None
    return read.stdout
