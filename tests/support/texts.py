"""How tests know a text of the product without its words: by the table that it was made from."""

from domain.enrolment.state import ProblemKind
from domain.enrolment.texts import PROBLEMS


def beginning(text: str) -> str:
    """Return the part of a text before the first value that is filled in."""
    return text.partition("{")[0].rstrip()


def says(details: object, kind: ProblemKind) -> bool:
    """Say whether ``ErrorDetails`` tells of this kind of problem."""
    return beginning(PROBLEMS[kind]) in str(details)
