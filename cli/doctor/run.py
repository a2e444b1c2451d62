"""Looks at everything, and prints a line for each check."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import typer

from cli.doctor.lines import print_line, print_summary
from cli.doctor.looks import look_at_everything, send_test
from cli.doctor.settings import SeenSettings, see_settings
from cli.output.tables import said
from cli.terminal import ExitStatus, err, fail, print_json
from domain.doctor.checks import Finding, Verdict
from domain.doctor.commands import command
from domain.doctor.wording import remedy, text, title
from domain.tables.values import Json


async def examine(
    *,
    as_json: bool,
    within: float,
    dns_server: str | None,
    send_test_to: str | None,
    wait: float,
    record: Path | None,
) -> None:
    """Print what is in order, what needs fixing, and what could not be looked at.

    Raises:
        typer.Exit: something needs fixing.
    """
    if record is not None and send_test_to is None:
        fail("--record writes what --send-test saw: give both.", ExitStatus.USAGE)
    seen = see_settings()
    lines = await look_at_everything(seen, within=timedelta(seconds=within), dns_server=dns_server)
    if send_test_to is not None:
        lines += await _send_test(seen, send_test_to, timedelta(minutes=wait), record)
    if as_json:
        print_json({"lines": [_as_json(line) for line in lines]})
    else:
        for line in lines:
            print_line(line)
        print_summary(lines)
    if any(line.verdict is Verdict.NEEDS_FIXING for line in lines):
        raise typer.Exit(ExitStatus.FAILED)


async def _send_test(
    seen: SeenSettings, admin: str, wait: timedelta, file: Path | None
) -> Sequence[Finding]:
    minutes = f"{wait.total_seconds() / 60:g}"
    err.print(
        "Sending two mails, and waiting for the delivery report on the one to nobody: "
        f"{minutes} min at most.",
        soft_wrap=True,
    )
    with err.status("Waiting for the delivery report"):
        lines, record = await send_test(seen, admin, within=wait)
    if file is not None and record is not None:
        _write(file, record.as_json())
        err.print(f"What was seen is in {said(file)}.", soft_wrap=True)
    return lines


def _write(file: Path, record: Mapping[str, Json]) -> None:
    try:
        file.write_text(json.dumps(record, indent=2) + "\n")
    except OSError as error:
        fail(f"The record can't be written to {file}: {error.strerror}.")


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
