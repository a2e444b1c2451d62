"""What a person's import chose for them, as their row and the imports of their batch tell."""

import calendar
from collections.abc import Iterable

from domain.imports.options.options import ImportOptions
from domain.mail.send_window import WEEKDAYS

_SHORTEST_SPAN = 3
"""Days in a row from which on only the first and the last are named."""


def options_of_person(
    imports: Iterable[ImportOptions], *, send_hours: str | None, sender: str | None
) -> ImportOptions | None:
    """Return the options of the import that brought a person, None where none fits their row.

    A batch may have several imports with options of their own: the first counts that named the
    hours, the weekdays and the mailbox of the person's row, as far as it named any.

    Args:
        imports: the options of the batch's imports, the latest first.
        send_hours: the hours and weekdays of the row.
        sender: the mailbox of the row; None before it is decided.
    """
    return next((one for one in imports if _fits(one, send_hours or "", sender)), None)


def hours_sentence(send_hours: str, time_zone: str) -> str:
    """Return hours and weekdays of a row in words.

    >>> hours_sentence("08:00-16:00 mon,tue,wed,thu,fri", "Europe/Berlin")
    'Monday to Friday, 08:00 to 16:00 (Europe/Berlin)'
    """
    hours, _, weekdays = send_hours.partition(" ")
    opens, _, closes = hours.partition("-")
    times = "at any time" if hours == "00:00-24:00" else f"{opens} to {closes}"
    return f"{_days_text(weekdays.split(','))}, {times} ({time_zone})"


def _fits(options: ImportOptions, send_hours: str, sender: str | None) -> bool:
    hours, _, weekdays = send_hours.partition(" ")
    return (
        options.send_window in {None, hours}
        and (options.send_days is None or set(options.send_days) == set(weekdays.split(",")))
        and (
            options.sender_mailboxes is None or sender is None or sender in options.sender_mailboxes
        )
    )


def _days_text(weekdays: Iterable[str]) -> str:
    named = {one.capitalize() for one in weekdays}
    places = [place for place, one in enumerate(WEEKDAYS) if one in named]
    names = [calendar.day_name[place] for place in places]
    if len(names) == len(WEEKDAYS):
        return "Every day"
    if len(places) >= _SHORTEST_SPAN and places[-1] - places[0] == len(places) - 1:
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
