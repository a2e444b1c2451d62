"""How a benchmark looks in a terminal, and as JSON."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from bench.rows import Measured, Row

_NONE = "-"


def print_benchmark(console: Console, measured: "Sequence[Measured]") -> None:
    """Print a table of 80 columns, and which floors aren't held."""
    listed = Table(box=None, padding=(0, 1, 0, 0))
    listed.add_column("Row", overflow="fold")
    for name in ("Ours", "Beside", "Figure", "Floor", "Held"):
        listed.add_column(name, justify="right", no_wrap=True)
    for one in measured:
        listed.add_row(
            one.row.title + (f"\n  beside {one.row.beside}" if one.row.beside else ""),
            _amount(one.ours, one.measured_in),
            _amount(one.beside, one.measured_in),
            _amount(one.figure, one.row.unit),
            floor_of(one.row),
            "yes" if one.is_held else "NO",
        )
    console.print(listed)
    missed = [one for one in measured if not one.is_held]
    console.print()
    console.print(
        f"Floors that are not held: {len(missed)} of {len(measured)}."
        if missed
        else "All floors are held."
    )


def floor_of(row: "Row") -> str:
    """Return between which numbers a row's figure has to be."""
    if row.at_least is not None and row.at_most is not None:
        return f"{row.at_least:g} to {row.at_most:g}"
    bound, number = ("≥", row.at_least) if row.at_least is not None else ("≤", row.at_most)
    return f"{bound} {number:g} {row.unit}".rstrip()


def _amount(number: float | None, unit: str) -> str:
    """Return a number with as many digits as say something, and what it counts."""
    if number is None:
        return _NONE
    shown = f"{number:,.0f}" if number >= 100 else f"{number:.3g}"  # noqa: PLR2004
    return f"{shown} {_SHORT.get(unit, unit)}".rstrip()


_SHORT = {"a second": "/s", "a minute": "/min"}


def benchmark_json(measured: "Sequence[Measured]", *, size: str, is_given: bool) -> dict[str, Any]:
    """Return a benchmark for programs, with what it ran on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "size": size,
        "temporal": "given" if is_given else "dev server",
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "rows": [
            {
                "row": one.name.value,
                "title": one.row.title,
                "beside": one.row.beside or None,
                "unit": one.row.unit or "ratio",
                "figure": round(one.figure, 4),
                "ours": one.ours,
                "yardstick": one.beside,
                "measuredIn": one.measured_in or None,
                "atLeast": one.row.at_least,
                "atMost": one.row.at_most,
                "held": one.is_held,
            }
            for one in measured
        ],
    }
