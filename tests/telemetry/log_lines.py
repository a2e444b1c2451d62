"""What the processes of a test have logged: each line's event and fields."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import get_contextvars

LINES: list[dict[str, Any]] = []
"""The lines of the running product."""


class _Kept(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # Without our own set-up Temporal's loggers write their ids behind the event.
        event = str(record.msg).partition(" ({")[0]
        LINES.append({**vars(record), **get_contextvars(), "event": event})


@contextmanager
def log_lines() -> Iterator[None]:
    """Keep what is logged, as the product's own formatter finds it."""
    root, kept = logging.getLogger(), _Kept(logging.INFO)
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(kept)
        root.setLevel(level)
