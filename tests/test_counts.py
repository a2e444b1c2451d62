"""A count beside its noun has the noun's singular where it is one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.wording.counted import counted

ROOT = Path(__file__).parent.parent
LAYERS = (
    *("activities", "api", "cli", "client", "database", "domain", "graph", "settings"),
    *("temporal", "webhooks", "worker", "workflows"),
)
NOUNS = (
    *("people", "rows", "views", "entries", "mails", "days", "mailboxes", "groups", "columns"),
    *("enrolments", "events", "histories", "links", "workflows", "drafts", "messages", "imports"),
    *("recipients", "stories", "waves", "times", "partitions", "bytes", "characters", "clicks"),
    *("opens", "problems", "batches", "attempts", "hours", "minutes", "seconds", "requests"),
    *("registrations", "methods", "webhooks", "reports", "processes", "tables", "files", "users"),
    *("members", "managers"),
)
NOUN = "|".join(NOUNS)
IN_TEMPLATE = re.compile(rf"\}}\}}(?:</[a-z]+>)? (?:more )?(?:{NOUN})\b")
IN_TABLE = re.compile(rf"\{{[^{{}}]*\}} (?:more )?(?:{NOUN})\b")
AFTER_VALUE = re.compile(rf" (?:more )?(?:{NOUN})\b")
# What is said: why the number is never one.
NEVER_ONE = {
    "A row has more than {limit:,} columns": "a limit",
    " bytes": "a limit, or the length of a key",
    " bytes, not ": "the length of a key",
    " bytes: copy all of it": "a limit",
    " views already: delete one first.": "a limit",
    " seconds.": "how long a result is waited for: 20 seconds",
    " seconds. The page Health says whether one runs.": "the same",
    " recipients": "a limit",
    " people match ": "said of several alone",
    " groups have this name. Put the id of one of them ": "said of several alone",
    " waves, of which the last begins after ": "said of more than two years of waves",
    " days: at most ": "the same",
    "No worker has answered in {seconds} seconds.": "how long a result is waited for: 20 seconds",
    "a worker has polled each task queue within the last 2 minutes. The mail": "several alone",
    "if {number} mailboxes stay blocked": "another text is of one",
    "the last invitation leaves {days:,} days earlier": "another text is of one",
    "With {mailboxes} more mailboxes: {gains}.": "another text is of one",
    "A cell is longer than {detail} characters.": "a limit",
    "More than {limit:,} rows: cut the file into several.": "a limit",
    'The directory has {number} groups "{name}".': "said of several alone",
    "reminded {count} times": "other texts are of none and of one",
}
# Limits, lengths of a demo's day, and what is said of more than one day alone.
TEMPLATES = {"base.html": 1, "form.html": 1, "live.html": 1}


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (1, "row", "1 row"),
        (0, "row", "0 rows"),
        (1200, "mailbox", "1,200 mailboxes"),
        (1, "person", "1 person"),
        (2, "person", "2 people"),
        (2, "history", "2 histories"),
        (2, "entry", "2 entries"),
    ],
)
def test_a_count_has_its_noun(number: int, noun: str, said: str) -> None:
    """One is one, and thousands are grouped."""
    assert counted(number, noun) == said


def _is_never_one(text: str) -> bool:
    return any(text.startswith(known) for known in NEVER_ONE)


def _said(tree: ast.AST) -> Iterator[str]:
    """Yield what stands after a value, and texts of tables that are filled in later."""
    inner = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(one) for one in node.values}
            for value, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant):
                    beside = str(after.value)
                    if AFTER_VALUE.match(beside):
                        yield beside
    others = (node for node in ast.walk(tree) if id(node) not in inner)
    for node in others:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and IN_TABLE.search(text):
            yield text


@pytest.mark.parametrize("layer", LAYERS)
def test_no_plural_stands_after_a_number(layer: str) -> None:
    """``counted`` says "1 row"; other texts have the number last, or are never of one."""
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / layer).rglob("*.py"))
        for text in _said(ast.parse(path.read_text()))
        if not _is_never_one(text)
    ]
    assert found == []


def test_no_plural_stands_after_a_number_in_a_template() -> None:
    """The same of pages."""
    found = {
        path.name: number
        for path in sorted((ROOT / "templates" / "portal").rglob("*.html"))
        if (number := len(IN_TEMPLATE.findall(path.read_text())))
    }
    assert found == TEMPLATES
