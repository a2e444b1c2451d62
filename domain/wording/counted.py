"""Counts beside the nouns that they count."""

_PLURALS = {"person": "people", "history": "histories", "entry": "entries", "mailbox": "mailboxes"}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(1200, "row"), counted(0, "person")
    ('1 row', '1,200 rows', '0 people')
    """
    return f"{number:,} {noun if number == 1 else _PLURALS.get(noun, f'{noun}s')}"
