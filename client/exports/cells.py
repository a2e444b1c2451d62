"""What stands in a cell of a file that a spreadsheet opens."""

from datetime import UTC, datetime

from domain.plain_text import one_line

# What a spreadsheet would run as a formula when it begins a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | bool | datetime | None


def formula_safe(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: where it could, with a leading ``'``.

    >>> formula_safe("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain_cell(cell: Cell) -> str:
    """Return a value as text for a cell: in one line, safe, and with instants in UTC."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return formula_safe(one_line(str(cell)))
