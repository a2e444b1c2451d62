"""Finds the one thing whose id begins as an admin has typed it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from cli.terminal import ExitStatus, fail

T = TypeVar("T")


def only_one(
    things: Sequence[T], begins: str, *, id_of: Callable[[T], str], noun: str, shown_by: str
) -> T:
    """Return the only thing whose id begins so; leave where there is none, or more than one.

    Args:
        things: those among which it is.
        begins: the id, or how it begins.
        id_of: returns the id of one of them.
        noun: what one is called.
        shown_by: the verb that lists the ids.
    """
    found = [one for one in things if begins and id_of(one).startswith(begins.casefold())]
    if not found:
        fail(f"There is no such {noun}; `{shown_by}` shows them.", ExitStatus.USAGE)
    if len(found) > 1:
        fail(f"Several {noun}s' ids begin so: write more of it.", ExitStatus.USAGE)
    return found[0]
