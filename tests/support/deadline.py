"""A deadline that is to come on whichever day the tests run, and how two languages write it."""

from datetime import UTC, datetime

DEADLINE = datetime.now(UTC).date().replace(year=datetime.now(UTC).year + 1, month=3, day=31)
_GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
IN_GERMAN = f"{_GERMAN[DEADLINE.weekday()]}, 31. März {DEADLINE.year}"
IN_ENGLISH = f"{_ENGLISH[DEADLINE.weekday()]} 31 March {DEADLINE.year}"
