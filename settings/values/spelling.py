"""How values are written: the inverse of reading them, for examples and documents."""

from datetime import timedelta

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}


def spelled(value: object) -> str:
    """Return a value as a person writes it in ``.env``; nothing for what is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(spelled(part) for part in value)
    if isinstance(value, timedelta):
        unit = next((unit for unit, length in _UNITS.items() if value >= length), "s")
        return f"{value / _UNITS[unit]:g}{unit}"
    return str(value)
