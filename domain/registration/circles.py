"""Notices links to next pages that lead round in a circle."""


class Circle:
    """Remembers one link of all that were followed, and finds a circle of any length by it.

    The one that is remembered is replaced after 1, 2, 4, 8 … links (Brent's algorithm), so a circle
    is noticed before it was gone round a fourth time.
    https://en.wikipedia.org/wiki/Cycle_detection#Brent's_algorithm
    """

    def __init__(self, first: str | None) -> None:
        """Begin where reading begins, None for a first page that no link leads to."""
        self._remembered = first
        self._followed, self._lasts = 0, 1

    def closes_at(self, link: str) -> bool:
        """Follow a link, and say whether it is known to have been followed before."""
        if link == self._remembered:
            return True
        self._followed += 1
        if self._followed == self._lasts:
            self._remembered, self._followed = link, 0
            self._lasts *= 2
        return False
