"""Verbs in the test's own process: what one sets up for good is undone after each test."""

import logging
from collections.abc import Iterator
from functools import cache

import pytest
import structlog
from typer.main import get_command


@pytest.fixture(autouse=True, scope="package")
def _one_tree_of_verbs() -> Iterator[None]:
    """Let Typer make the tree of all verbs once: that takes longer than most verbs do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield


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
