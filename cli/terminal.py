"""What verbs print on, and the status that they leave with."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class ExitStatus(IntEnum):
    """What a script learns from how a verb ended; ``docs/cli.md`` lists them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REJECTED_ROWS = 3
    INTERRUPTED = 130


EXIT_STATUS_MEANINGS: Mapping[ExitStatus, str] = {
    ExitStatus.DONE: "done",
    ExitStatus.FAILED: "failed, or something is not in order; the message says what to do",
    ExitStatus.USAGE: "wrong usage, wrong settings, or a file that is no list of people",
    ExitStatus.REJECTED_ROWS: "imported, but some rows were rejected",
    ExitStatus.INTERRUPTED: "interrupted with Ctrl-C",
}


def fail(message: str, status: ExitStatus = ExitStatus.FAILED) -> NoReturn:
    """Print what is wrong on standard error, and leave."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(status)


def print_json(value: object) -> None:
    """Print one JSON document on standard output, as other programs read it."""
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
