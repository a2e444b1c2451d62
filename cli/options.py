"""Options that many verbs have, and the answer that follows from the one for programs."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

WaveSize = Annotated[
    str | None, typer.Option("--wave-size", help="In place of WAVE_SIZE: people in a wave.")
]
WaveDays = Annotated[
    str | None,
    typer.Option("--wave-days", help="In place of WAVE_INTERVAL: days from one wave to the next."),
]
SendWindow = Annotated[
    str | None,
    typer.Option(
        "--send-window",
        help="In place of SEND_WINDOW: hours in which these people are mailed, 08:00-18:00; "
        "00:00-24:00 is at any time.",
    ),
]
SendDays = Annotated[
    str | None,
    typer.Option(
        "--send-days",
        help="In place of SEND_DAYS: weekdays on which these people are mailed, mon,tue,wed.",
    ),
]
SenderMailboxes = Annotated[
    str | None,
    typer.Option(
        "--sender-mailboxes",
        help="Those of SENDER_MAILBOXES that mail these people, with commas; default: all.",
    ),
]


def day(text: str) -> date:
    """Read a day that an option names."""
    from domain.instants import read_day

    found = read_day(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is no day: write it as 2026-11-27.")
    return found


ALL = "all"
"""What stands for everything that an option or an argument could name."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def answer(value: Mapping[str, object], *sentences: str, as_json: bool) -> None:
    """Say what a verb did: one JSON document for programs, else sentences for people."""
    from cli.terminal import out, print_json

    if as_json:
        print_json(value)
        return
    for sentence in sentences:
        out.print(sentence, soft_wrap=True, markup=False)
