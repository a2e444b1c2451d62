"""Is the list as it was written? The comparison of its rows with our tables."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from domain.instants import read_instant
from domain.tracking_list.columns import Value

# People edit some rows by hand; of more than these something is wrong with list or tables.
HANDFUL = 10
LARGEST_SHARE = 0.02
# SharePoint keeps a date as a midnight, of UTC or of the site's time zone.
_WEST, _EAST = timedelta(hours=14), timedelta(hours=36)

REPORTED_AS = "reconcile"
"""The name under which the tables keep the last report."""


def differing(
    row: Mapping[str, object], written: Mapping[str, Value], columns: Collection[str]
) -> tuple[str, ...]:
    """Return the columns in which a row differs from what was written to it.

    Columns that the list doesn't have are left out: no write could put them right. ``LastChecked``
    is the polling activity's for as long as the enrolment has no date of its own.
    """
    return tuple(
        name
        for name, value in written.items()
        if name in columns
        and not _is_same(row.get(name), value)
        and not is_of_the_poll(name, value)
    )


def is_of_the_poll(name: str, written: Value) -> bool:
    """Say whether a column is the polling activity's, which no row of ours knows of."""
    return name == "LastChecked" and written is None


def is_lost(on_list: object, written: Value) -> bool:
    """Say whether the list holds nothing, or the day alone, of what was written.

    So it is after a column was made anew, or was one of dates without a time of day for a while:
    writing it again loses nothing, whichever of the two is wrong.
    """
    if on_list is None or on_list == "":
        return True
    day, instant = read_instant(on_list), read_instant(written)
    if day is None or instant is None:
        return False
    # Midnight somewhere, where it is the same date.
    return day == day.replace(minute=day.minute // 15 * 15, second=0, microsecond=0) and (
        -_WEST <= instant - day < _EAST
    )


def are_too_many(different: int, compared: int) -> bool:
    """Say whether so many rows differ that list or tables must be wrong as a whole."""
    return different > max(HANDFUL, LARGEST_SHARE * compared)


def _is_same(on_list: object, written: Value) -> bool:
    """Say whether the list holds what was written, in whatever form it tells that."""
    return on_list == written or _plain(on_list) == _plain(written)


def _plain(value: object) -> object:
    """Return None for an empty text and for a no, which SharePoint may leave out as empty.

    An instant is the same in every form, with fractions of a second or without.
    """
    if value == "" or value is False:
        return None
    return read_instant(value) or value
