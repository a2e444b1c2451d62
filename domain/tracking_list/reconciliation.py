"""Is a row still as it was written? The comparison of the list with what enrolments mirror."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.tracking_list.columns import Fields, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What an enrolment has written: the row's id, and the columns that are the enrolment's."""

    item_id: str
    fields: Fields


def mirrored_fields(wanted: Fields, written: Mapping[str, Value]) -> Fields:
    """Return the columns as they were written; those that are left to others are left out.

    ``LastChecked`` is the polling activity's for as long as the enrolment has no date of its own.
    """
    return {
        name: written.get(name)
        for name, value in wanted.items()
        if not (name == "LastChecked" and value is None)
    }


def differing(
    row: Mapping[str, object], mirrored: Mapping[str, Value], columns: Collection[str]
) -> tuple[str, ...]:
    """Return the columns in which a row differs from what was written to it.

    Columns that the list doesn't have are left out: no write could put them right.
    """
    return tuple(
        name
        for name, value in mirrored.items()
        if name in columns and _plain(row.get(name)) != _plain(value)
    )


def _plain(value: object) -> object:
    """Return None for an empty text: SharePoint doesn't tell them apart."""
    return None if value == "" else value
