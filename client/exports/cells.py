"""What stands in a cell of a file that a spreadsheet opens."""

from datetime import UTC, datetime

from domain.plain_text import one_line

# What a spreadsheet runs as a formula when it begins a cell; a Japanese one in wide letters, too.
# https://owasp.org/www-community/attacks/CSV_Injection
_NARROW = ("=", "+", "-", "@")
_WIDE = tuple(chr(ord(sign) + 0xFEE0) for sign in _NARROW)
_FORMULA = (*_NARROW, *_WIDE, "\t", "\r", "\n")

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
