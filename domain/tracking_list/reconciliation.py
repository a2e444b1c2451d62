"""Is the list as it was written? The comparison of its rows with our tables."""

from collections.abc import Collection, Mapping

from domain.tracking_list.columns import Value

# People edit some rows by hand; of more than these something is wrong with list or tables.
HANDFUL = 10
LARGEST_SHARE = 0.02

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
        and _plain(row.get(name)) != _plain(value)
        and not is_of_the_poll(name, value)
    )


def is_of_the_poll(name: str, written: Value) -> bool:
    """Say whether a column is the polling activity's, which no row of ours knows of."""
    return name == "LastChecked" and written is None


def are_too_many(different: int, compared: int) -> bool:
    """Say whether so many rows differ that list or tables must be wrong as a whole."""
    return different > max(HANDFUL, LARGEST_SHARE * compared)


def _plain(value: object) -> object:
    """Return None for an empty text: SharePoint doesn't tell them apart."""
    return None if value == "" else value
