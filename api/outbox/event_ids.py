"""Ids of events: unique, and nothing more is asked of them."""

import random
from uuid import UUID


def new_event_id() -> str:
    """Return the id by which a workflow recognises the repeat of a signal.

    It isn't a secret. ``uuid4`` would ask the operating system each time, which gives the outbox's
    writer thread an occasion to stop the event loop: a third of the pixel's throughput.
    """
    return str(UUID(int=random.getrandbits(128), version=4))
