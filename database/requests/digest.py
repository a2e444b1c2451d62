"""Tells one set of people from another: a preview's from the one that is there at the start."""

from collections.abc import Iterable
from hashlib import sha256


class OtherPeople(Exception):
    """A request would be about other people than its preview showed."""

    def __init__(self, people: int) -> None:
        """Keep how many they are now."""
        super().__init__(people)
        self.people = people


def digest_of(object_ids: Iterable[str]) -> str:
    """Return the same text for the same people, in whatever order they come: 64 hex digits."""
    return sha256("\n".join(sorted(object_ids)).encode()).hexdigest()
