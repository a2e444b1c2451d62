"""When the demo's days ended, as a file says it to all processes."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from domain.instants import read_instant

# A page asks many times, and a day lasts at least as long.
LOOK_EVERY = timedelta(milliseconds=500)


class DaysEnd:
    """Reads the file until it is there: after that the end stays as it is."""

    def __init__(self, file: Path, *, look_every: timedelta = LOOK_EVERY) -> None:
        """Look at this file, which the demo writes whole."""
        self._file = file
        self._look_every = look_every.total_seconds()
        self._at: datetime | None = None
        self._looked_at: float | None = None

    def __call__(self) -> datetime | None:
        """Return when the days ended, None while they pass."""
        now = time.monotonic()
        is_fresh = self._looked_at is not None and now - self._looked_at < self._look_every
        if self._at is None and not is_fresh:
            self._looked_at = now
            self._at = _read(self._file)
        return self._at


def _read(file: Path) -> datetime | None:
    try:
        return read_instant(file.read_text(encoding="utf-8").strip())
    except OSError:
        return None
