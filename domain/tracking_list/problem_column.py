"""What is wrong, in ``ErrorDetails``: histories name the problem, and the list has its sentence.

A workflow compares what it wants with what was written. Were that a sentence, another wording of it
would be another step, and break the replay of everybody who has the problem.
"""

import json
from datetime import datetime

from domain.enrolment.state import Problem, ProblemKind
from domain.enrolment.texts import problem_sentence
from domain.plain_text import bounded_line
from domain.status import Concern
from domain.tracking_list.columns import COLUMN_OF_PROBLEMS, PROBLEM, Fields


def with_sentence(fields: Fields) -> Fields:
    """Return the columns as they are written to the list, what is wrong as a sentence."""
    named = fields.get(COLUMN_OF_PROBLEMS)
    if not isinstance(named, str) or not named.startswith(PROBLEM):
        return fields
    sentence = problem_sentence(_problem(named.removeprefix(PROBLEM)))
    return {**fields, COLUMN_OF_PROBLEMS: bounded_line(sentence)}


def _problem(text: str) -> Problem:
    concern, kind, since, values = json.loads(text)
    return Problem(
        concern=Concern(concern),
        kind=ProblemKind(kind),
        since=datetime.fromisoformat(since),
        values=values,
    )
