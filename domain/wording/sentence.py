"""Words of somebody else within our sentences: a reason, or what a failure says of itself."""

_ENDS = (".", "!", "?", "…")


def clause(words: str) -> str:
    """Return words that stand within a sentence, without a full stop of their own.

    >>> clause("on leave."), clause("lost …")
    ('on leave', 'lost …')
    """
    return words.rstrip().removesuffix(".")


def sentence(words: str) -> str:
    """Return words with a full stop, where nothing ends them yet.

    >>> sentence("Paused by Ada: leave"), sentence("Paused by Ada: leave."), sentence("Why?")
    ('Paused by Ada: leave.', 'Paused by Ada: leave.', 'Why?')
    """
    words = words.rstrip()
    return words if words.endswith(_ENDS) or not words else f"{words}."
