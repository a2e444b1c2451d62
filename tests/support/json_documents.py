"""What ``docs/cli-json.md`` says about the JSON documents of verbs."""

import json
import re
from typing import Any

from tests.support.command_line import ROOT

_ROW = re.compile(r"^\| `([a-z -]+)` \| ([^|]*) \|", re.MULTILINE)


def documented_keys() -> dict[str, set[str]]:
    """Return the keys of each verb that changes something, as the page lists them."""
    page = (ROOT / "docs" / "cli-json.md").read_text()
    return {verb: set(re.findall(r"`(\w+)`", keys)) for verb, keys in _ROW.findall(page)}


def read_document(verb: str, output: str) -> dict[str, Any]:
    """Return the one document that a verb has printed, whose keys are those of the page."""
    document: dict[str, Any] = json.loads(output)
    assert document.keys() == documented_keys()[verb]
    return document
