"""How the lines of doctor look in a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.table import Table

from cli.output.tables import said
from cli.terminal import out
from domain.doctor.checks import Finding, Verdict
from domain.doctor.commands import command
from domain.doctor.wording import remedy, text, title

VERDICTS: Mapping[Verdict, str] = {
    Verdict.OK: "ok",
    Verdict.NEEDS_FIXING: "needs fixing",
    Verdict.COULD_NOT_LOOK: "could not look",
}

SUMMARY: Mapping[Verdict, str] = {
    Verdict.OK: "{number} ok",
    Verdict.NEEDS_FIXING: "{number} to fix",
    Verdict.COULD_NOT_LOOK: "{number} not looked at",
}

_COLOURS = {
    Verdict.OK: "green",
    Verdict.NEEDS_FIXING: "bold red",
    Verdict.COULD_NOT_LOOK: "yellow",
}
_WIDTH = max(map(len, VERDICTS.values()))
_INDENT = " " * (_WIDTH + 2)


def print_line(line: Finding) -> None:
    """Print a line, with what to do and the command for it; commands are never broken."""
    colour, mark = _COLOURS[line.verdict], VERDICTS[line.verdict]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_WIDTH)
    grid.add_column(overflow="fold")
    grid.add_row(f"[{colour}]{mark}[/]", f"[bold]{said(title(line))}[/]: {said(text(line))}")
    if advice := remedy(line):
        grid.add_row("", said(advice))
    out.print(grid)
    for one in command(line).splitlines():
        out.print(f"{_INDENT}[cyan]{said(one)}[/]", soft_wrap=True)


def print_summary(lines: Sequence[Finding]) -> None:
    """Print how many lines there are of each kind."""
    numbers = Counter(line.verdict for line in lines)
    told = ", ".join(SUMMARY[one].format(number=numbers[one]) for one in Verdict)
    out.print(f"\n{told}.")
