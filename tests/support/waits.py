"""A client's waits that are over at once: calls follow each other as if their time had passed."""

from itertools import count

from graph.http.back_off import BackOff


def waits_are_over() -> BackOff:
    """Return a back-off whose clock moves on by days from call to call."""
    return BackOff(clock=count(step=10**6).__next__)
