"""The commands that the documents show, as a reader would type them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "simulated_tenant/README.md",
        *(ROOT / "deploy").rglob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
PROGRAM = "mfa-rollout"
# What runs until it is ended, or until somebody has signed in; other tests start each of them.
UNTIL_ENDED = frozenset({"api", "demo", "sign-in", "simulated-tenant", "worker"})
# Fences in these languages are commands; the others are texts, programs and answers.
SHELL = "sh"
COMMANDS = frozenset({SHELL, "http", "powershell"})
OTHERS = frozenset({"", "bicep", "json", "python", "text", "yaml"})

_FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+?) -->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_INLINE = re.compile(rf"`({PROGRAM} [a-z-][^`\n]*)`")
_TABLE_ROW = re.compile(rf"^\| `({PROGRAM} [^`\n]+)` \|", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block; ``reason`` says why no test runs it."""

    document: Path
    line: int
    language: str
    body: str
    reason: str | None

    def __str__(self) -> str:
        """Say where it is."""
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def fences(document: Path) -> Iterator[Fence]:
    """Yield the fenced blocks of a document."""
    text = document.read_text()
    for found in _FENCE.finditer(text):
        yield Fence(
            document=document,
            line=text.count("\n", 0, found.start("body")),
            language=found["language"],
            body=found["body"],
            reason=found["reason"],
        )


def commands(fence: Fence) -> Iterator[list[str]]:
    """Yield a shell block's commands as words, each part of a pipe by itself."""
    for line in fence.body.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars="|><")
        words.whitespace_split = True
        command: list[str] = []
        target = False
        for word in words:
            if set(word) <= {"|"}:
                yield command
                command = []
            elif set(word) <= {"<", ">"}:
                target = True
            elif not target:
                command.append(word)
            else:
                target = False
        if command:
            yield command


def inline(document: Path) -> list[list[str]]:
    """Return the command lines of our program that a document's sentences and tables name.

    A word such as ``on|off`` stands for several command lines.
    """
    texts = _INLINE.findall(document.read_text())
    lines = [shlex.split(re.split(" [|>] ", text)[0]) for text in texts]
    return [list(words) for line in lines for words in product(*(word.split("|") for word in line))]


def shown_in_table(document: Path) -> list[list[str]]:
    """Return the command lines of our program with which the rows of a document's tables begin."""
    return [shlex.split(text) for text in _TABLE_ROW.findall(document.read_text())]


def settings_before(command: list[str]) -> tuple[dict[str, str], list[str]]:
    """Split off the variables that a command line sets for its program."""
    settings = {}
    while command and (found := re.fullmatch(r"([A-Z_]+)=(.*)", command[0])):
        settings[found[1]] = found[2]
        command = command[1:]
    return settings, command
