"""Looks at everything, and prints a line for each check."""

from datetime import timedelta

import typer

from cli.doctor.looks import look_at_everything
from cli.doctor.printing import print_line, print_summary
from cli.doctor.settings import see_settings
from cli.terminal import ExitStatus, print_json
from domain.doctor.checks import Finding, Verdict
from domain.doctor.commands import command
from domain.doctor.wording import remedy, text, title


async def examine(*, as_json: bool, within: float, dns_server: str | None) -> None:
    """Print what is in order, what needs fixing, and what could not be looked at.

    Raises:
        typer.Exit: something needs fixing.
    """
    lines = await look_at_everything(
        see_settings(), within=timedelta(seconds=within), dns_server=dns_server
    )
    if as_json:
        print_json({"lines": [_as_json(line) for line in lines]})
    else:
        for line in lines:
            print_line(line)
        print_summary(lines)
    if any(line.verdict is Verdict.NEEDS_FIXING for line in lines):
        raise typer.Exit(ExitStatus.FAILED)


def _as_json(line: Finding) -> dict[str, str]:
    return {
        "check": line.check.value,
        "about": line.about,
        "verdict": line.verdict.value,
        "code": line.what.value,
        "title": title(line),
        "text": text(line),
        "remedy": remedy(line),
        "command": command(line),
    }
