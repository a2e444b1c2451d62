"""Finds the one thing whose id begins as an admin has typed it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from cli.terminal import ExitStatus, fail
from domain.plain_text import one_line

T = TypeVar("T")
SHOWN = 8
"""How much of an id lists show."""
MOST_NAMED = 5


def only_one(
    things: Sequence[T],
    begins: str,
    *,
    id_of: Callable[[T], str],
    noun: str,
    shown_by: str,
    made_by: str,
) -> T:
    """Return the only thing whose id begins so; else leave, and say which there are.

    Args:
        things: those among which it is.
        begins: the id, or how it begins.
        id_of: returns the id of one of them.
        noun: what one is called.
        shown_by: the verb that lists the ids.
        made_by: the verb that makes one.
    """
    found = [one for one in things if begins and id_of(one).startswith(begins.casefold())]
    if not things:
        fail(f"There are no {noun}s yet: `{made_by}` makes one.", ExitStatus.USAGE)
    if not found:
        known = _ids([id_of(one) for one in things])
        fail(
            f"No {noun}'s id begins with '{one_line(begins)}'. `{shown_by}` shows all: {known}.",
            ExitStatus.USAGE,
        )
    if len(found) > 1:
        known = _ids([id_of(one) for one in found], whole=True)
        fail(f"Several {noun}s' ids begin so, write more of it: {known}.", ExitStatus.USAGE)
    return found[0]


def _ids(ids: Sequence[str], *, whole: bool = False) -> str:
    listed = [one if whole else one[:SHOWN] for one in ids[:MOST_NAMED]]
    further = len(ids) - len(listed)
    return ", ".join(listed) + (f" and {further} more" if further else "")
