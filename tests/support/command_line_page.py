"""The page about the command line, ``docs/cli.md``: every verb's help as a terminal shows it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from cli.main import app
from cli.terminal import EXIT_STATUS_MEANINGS

WIDTH = 80
INTRODUCTION = """\
# Command line

`mfa-rollout --install-completion` teaches your shell to complete verbs and options; open a new
terminal afterwards. `mfa-rollout --version` tells which version it is.

Whatever is wrong is said in one message on standard error. Reports go to standard output, progress
to standard error, so `mfa-rollout import people.csv --json > report.json` keeps the report alone.
What `--json` prints: [the command line for programs](cli-json.md).

| exit status | what it means |
|---|---|
"""


@cache
def verbs() -> Mapping[tuple[str, ...], TyperCommand]:
    """Return every verb by its words, those of groups too."""
    return dict(_below((), typer.main.get_command(app)))


@cache
def help_of(*words: str) -> str:
    """Return a verb's help in a terminal of 80 columns."""
    environment = {"COLUMNS": str(WIDTH), "TERM": "dumb"}
    result = CliRunner().invoke(app, [*words, "--help"], env=environment, prog_name="mfa-rollout")
    assert result.exit_code == 0, result.output
    # Typer colours its output where it believes to be on a forge.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", result.output)
    return "\n".join(line.rstrip() for line in plain.splitlines()).strip()


def command_line_page() -> str:
    """Return ``docs/cli.md``."""
    parts = [
        INTRODUCTION
        + "\n".join(f"| {status} | {text} |" for status, text in EXIT_STATUS_MEANINGS.items()),
        "This page is made from `cli/` by `make docs`.",
    ]
    for words in [(), *verbs()]:
        name = " ".join(("mfa-rollout", *words))
        parts.append(f"## {name}\n\n```text\n{help_of(*words)}\n```")
    return "\n\n".join(parts) + "\n"


def _below(
    words: tuple[str, ...], command: object
) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from _below((*words, name), below)
    elif isinstance(command, TyperCommand):
        yield words, command
