"""How tests know a text of the product without its words: by the table that it was made from."""

from domain.enrolment.state import ProblemKind
from domain.enrolment.texts import PROBLEMS
from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.imports.texts import COUNT_TEXTS, ROW_TEXTS
from domain.plain_text import beginning


def says(details: object, kind: ProblemKind) -> bool:
    """Say whether ``ErrorDetails`` tells of this kind of problem."""
    return beginning(PROBLEMS[kind]) in str(details)


def counted(count: Count, number: int) -> str:
    """Return how the report of an import shows a count, spaces squeezed."""
    return f"{COUNT_TEXTS[count]} {number}"


def rejected(line: int, reason: RowReason) -> str:
    """Return how the report of an import begins to tell of a row."""
    return f"line {line}: {beginning(ROW_TEXTS[reason])}"
