"""What a verb of a process sets up for good is undone after each test."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Take back the handler of ``worker`` and ``api``: its stream is closed after the test."""
    root = logging.getLogger()
    level, configuration = root.level, structlog.get_config()
    before = list(root.handlers)
    yield
    for handler in list(root.handlers):
        # pytest's own come and go, and are of a kind of their own.
        if handler not in before and type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.setLevel(level)
    structlog.configure(**configuration)
