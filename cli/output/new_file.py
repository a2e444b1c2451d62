"""Writes files that hold people's data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cli.terminal import fail


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that isn't there yet, for its owner alone; unfinished, it is gone again.

    Half a list must not be taken for the whole.
    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{path} is there already: name another file, or delete it first.")
    except OSError as error:
        fail(f"{path} can't be written: {error.strerror}.")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
