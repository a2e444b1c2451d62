"""The file by which verbs find the demo: its settings, under a lock that ends with the demo."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkstemp


@contextlib.contextmanager
def settings_file(path: Path, settings: Mapping[str, str]) -> Iterator[bool]:
    """Keep the settings in a file that nobody else may read, as long as the block runs.

    Yields False where another demo holds a file of this name: then there is none of this one.
    """
    if _is_held(path):
        yield False
        return
    # It has its lock before it has its name: a reader never takes it for one that was left behind.
    descriptor, name = mkstemp(prefix=f"{path.name}-", dir=path.absolute().parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(
            "# The demo's settings, for the verbs in this folder; gone when the demo ends.\n"
        )
        file.writelines(f"{key}={_quoted(value)}\n" for key, value in settings.items() if value)
        file.flush()
        Path(name).replace(path)
        try:
            yield True
        finally:
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                    path.unlink()


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _quoted(value: str) -> str:
    """Write a value as dotenv and a shell read it alike, which a quote in it would prevent."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
