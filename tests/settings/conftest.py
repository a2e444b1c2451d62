"""An empty folder and an empty environment for every test of settings."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own environment and ``.env`` out of these tests."""
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set variables of the environment."""
    return monkeypatch
