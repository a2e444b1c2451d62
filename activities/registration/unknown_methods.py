"""Tells the log of authentication methods that this version doesn't know."""

import logging
from collections.abc import Iterable

EVENT = "unknown-authentication-method"
MEANING = "It counts neither way until an update knows it."

_log = logging.getLogger(__name__)
_told: set[str] = set()


def report_unknown(types: Iterable[str]) -> None:
    """Log each type once in the life of the process, by name alone: whose it is, isn't said."""
    for name in types:
        if name not in _told:
            _told.add(name)
            _log.warning(EVENT, extra={"method": name, "meaning": MEANING})
