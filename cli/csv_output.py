"""CSV on standard output, as spreadsheets may open it."""

import csv
import sys
from collections.abc import Iterable, Sequence

# What a spreadsheet would run as a formula when it begins a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def formula_safe(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: where it could, with a leading ``'``.

    >>> formula_safe("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def print_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a header and rows."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([formula_safe(cell) for cell in row])
    sys.stdout.flush()
