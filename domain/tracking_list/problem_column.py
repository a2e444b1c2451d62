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

COLUMN_OF_PROBLEMS = "ErrorDetails"

# Told by this from a sentence, and from what isn't known any more; JSON follows.
_PROBLEM = "problem "

_Fields = dict[str, str | int | bool | None]


def problem_named(problem: Problem | None) -> str | None:
    """Return a problem as histories name it; the same problem is the same text."""
    if problem is None:
        return None
    since, values = problem.since.isoformat(), dict(sorted(problem.values.items()))
    return _PROBLEM + json.dumps([problem.concern, problem.kind, since, values], ensure_ascii=False)


def with_sentence(fields: _Fields) -> _Fields:
    """Return the columns as they are written to the list, what is wrong as a sentence."""
    named = fields.get(COLUMN_OF_PROBLEMS)
    if not isinstance(named, str) or not named.startswith(_PROBLEM):
        return fields
    sentence = problem_sentence(_problem(named.removeprefix(_PROBLEM)))
    return {**fields, COLUMN_OF_PROBLEMS: bounded_line(sentence)}


def _problem(text: str) -> Problem:
    concern, kind, since, values = json.loads(text)
    return Problem(
        concern=Concern(concern),
        kind=ProblemKind(kind),
        since=datetime.fromisoformat(since),
        values=values,
    )
