"""How tables, people's names and times are shown in a terminal."""

from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from domain.plain_text import one_line
from domain.tracking_list.columns import read_column_instant
from settings import demo_calendar


def table(*columns: str) -> Table:
    """Return a table in which a long value goes on in the next line, rather than being cut off."""
    made = Table(box=None)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def page_line(total: str, page: int, pages: int) -> str:
    """Return which page of a list was printed, or that there is none with this number.

    >>> page_line("38 people", 1, 2), page_line("38 people", 9, 2)
    ('38 people, page 1 of 2.', '38 people; there is no page 9, the last is 2.')
    """
    if page > pages:
        return f"{total}; there is no page {page}, the last is {pages}."
    return f"{total}, page {page} of {pages}."


def said(text: object) -> str:
    """Return other people's words for a line of rich's: none may move the cursor or turn it."""
    return escape(one_line(str(text)))


def clock(at: datetime) -> str:
    """Return an instant as the clock of this machine shows it, with the zone's name.

    In the demo its day stands in place of the date, as everywhere there.
    """
    local = at.astimezone()
    if (calendar := demo_calendar()) is not None:
        return calendar.text(at, local.tzinfo or UTC)
    return f"{local:%d %b %Y %H:%M} {local.tzname()}"


def day(at: datetime) -> str:
    """Return the day of an instant where there is no room for more: ``27 Nov``."""
    if (calendar := demo_calendar()) is not None:
        return f"Day {calendar.number(at)}"
    return f"{at.astimezone():%d %b}"


def exact(at: datetime) -> str:
    """Return an instant in UTC, to the second, as a log has it."""
    if (calendar := demo_calendar()) is not None:
        return calendar.text_in_utc(at)
    return f"{at:%d %b %Y %H:%M:%S}"


def cell(at: datetime) -> str:
    """Return an instant for a CSV whose column says that it is in UTC."""
    if (calendar := demo_calendar()) is not None:
        return calendar.text_in_utc(at)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def column_value(value: object) -> object:
    """Return a value of the tracking list as it stands there; in a demo a date has its day."""
    at = read_column_instant(value) if (calendar := demo_calendar()) is not None else None
    return value if at is None or calendar is None else calendar.text_in_utc(at)


def iso(at: datetime | None) -> str | None:
    """Return an instant for programs."""
    return None if at is None else at.isoformat()
