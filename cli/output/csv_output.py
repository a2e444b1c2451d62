"""CSV on standard output, as spreadsheets may open it."""

import csv
import sys
from collections.abc import Iterable, Sequence

from client.exports.cells import formula_safe


def print_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a header and rows."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([formula_safe(cell) for cell in row])
    sys.stdout.flush()
