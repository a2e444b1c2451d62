"""Microsoft's own data, which is not ours and lies beside the project where it is at hand."""

import json
from pathlib import Path
from typing import Any

import pytest


def oracle(name: str) -> dict[str, Any]:
    """Return ``types.json`` or ``permissions.json``; skips the test where it is absent."""
    for parent in Path(__file__).resolve().parents:
        path = parent / "shared" / "graph" / name
        if path.is_file():
            data: dict[str, Any] = json.loads(path.read_text())
            return data
    pytest.skip(f"../shared/graph/{name} is absent: not checked against Microsoft's own data")
