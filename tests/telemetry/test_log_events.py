"""Each line of the log names its event, and the page of operations says what it means."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.documents import ROOT
from tests.telemetry.log_lines import LINES
from tests.telemetry.scrape import Scrape

# Verbs speak to people, and so do settings and what keeps the audit log for them.
FOLDERS = (
    *("activities", "api", "client", "database", "graph", "telemetry", "temporal", "templates"),
    *("webhooks", "worker", "workflows"),
)
TO_PEOPLE = {"client/audit/entry.py"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"log", "_log", "activity.logger", "workflow.logger"}
# Names that hold an event, or choose a level.
CONSTANTS = {"EVENT": {"stuck-workflows", "unknown-authentication-method"}}


@cache
def calls() -> dict[str, ast.expr]:
    """Return each call of a logger: where it is, and its event."""
    return dict(_calls())


def _calls() -> Iterator[tuple[str, ast.expr]]:
    """Yield each call of a logger: where it is, and its event."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            where = str(path.relative_to(ROOT))
            if where in TO_PEOPLE:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if ast.unparse(node.func.value) not in LOGGERS:
                    continue
                if node.func.attr in LEVELS:
                    yield f"{where}:{node.lineno}", node.args[0]
                elif node.func.attr == "log":
                    yield f"{where}:{node.lineno}", node.args[1]


def test_an_event_is_a_constant() -> None:
    """An event can be counted: what differs from line to line stands in fields."""
    others = [
        where
        for where, event in calls().items()
        if not (isinstance(event, ast.Constant) or ast.unparse(event) in CONSTANTS)
    ]
    assert others == []
    texts = [event.value for event in calls().values() if isinstance(event, ast.Constant)]
    assert len(texts) > 30
    assert [text for text in texts if "%" in str(text) or str(text).endswith((".", ":"))] == []


def test_the_page_of_operations_has_every_event() -> None:
    """Each event has its line in the table, and no line tells of one that isn't."""
    logged = {str(event.value) for event in calls().values() if isinstance(event, ast.Constant)}
    for name in {ast.unparse(event) for event in calls().values()} & CONSTANTS.keys():
        logged |= CONSTANTS[name]
    page = (ROOT / "docs/operations.md").read_text()
    table = page[page.index("## Logs") : page.index("## Traces")]
    told = {
        name
        for names in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
        for name in re.findall("`([^`]+)`", names)
    }
    assert told == logged


def test_the_log_tells_what_happened_to_a_person(running_product: Scrape) -> None:
    """The story is in the log by ids alone, each line with the workflow that it belongs to."""
    story = [line for line in LINES if line["event"] == "enrolment event"]
    # A write that a later one has overtaken tells its events once more.
    assert list(dict.fromkeys(line["happened"] for line in story)) == [
        "imported",
        "checked",
        "invited",
    ]
    for line in story:
        assert line["workflow_id"].endswith(line["object_id"])
        # A mail's row is written with the mail, or, where that was not possible, afterwards.
        by_intake = line["happened"] in {"imported", "checked"}
        writers = {"look_up_and_adopt"} if by_intake else {"deliver_mail", "write_row"}
        assert line["activity"] in writers
        assert line["happened_at"]


@pytest.mark.parametrize("personal", ["@", "Bearer", "eyJ"])
def test_no_line_holds_an_address_or_a_token(running_product: Scrape, personal: str) -> None:
    """While somebody is enrolled no line says who they are or how the product signs in."""
    ours = [line for line in LINES if not str(line["name"]).startswith(("httpx", "uvicorn"))]
    assert ours
    assert [line for line in ours if personal in str(line["event"])] == []
    assert [line for line in ours if any(personal in str(value) for value in line.values())] == []
