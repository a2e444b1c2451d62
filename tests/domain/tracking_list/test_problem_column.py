"""``ErrorDetails``: what a history names, and what the list says."""

import pytest

from domain.enrolment import texts
from domain.enrolment.problems import CONCERNS
from domain.enrolment.state import Problem, ProblemKind
from domain.enrolment.texts import problem_sentence
from domain.plain_text import bounded_line
from domain.status import Concern
from domain.tracking_list.columns import UNKNOWN, changed, item_fields
from domain.tracking_list.problem_column import with_sentence
from tests.domain.enrolment.states import START, an_input, pending

VALUES = {
    "actor": "Grâce",
    "code": "5.1.10",
    "columns": "Title",
    "kept": "7",
    "message": '"No" \N{EM DASH} {really}',
    "reason": "moved",
    "types": "x",
}


def problem(kind: ProblemKind) -> Problem:
    """Return a problem of this kind, with every value that a sentence may mention."""
    concern = CONCERNS.get(kind, Concern.MAIL)
    return Problem(concern=concern, kind=kind, since=START, values=VALUES)


@pytest.mark.parametrize("kind", sorted(ProblemKind))
def test_every_problem_is_put_into_words(kind: ProblemKind) -> None:
    """The list says what the same problem's sentence says."""
    fields = item_fields(an_input(), pending(problem=problem(kind)))
    assert with_sentence(fields)["ErrorDetails"] == bounded_line(problem_sentence(problem(kind)))
    assert with_sentence(with_sentence(fields)) == with_sentence(fields)


@pytest.mark.parametrize("text", [None, "", UNKNOWN, "Since yesterday: what we wrote before"])
def test_what_names_no_problem_stays(text: str | None) -> None:
    """Nothing, what isn't known any more, and a sentence stay as they are."""
    assert with_sentence({"ErrorDetails": text}) == {"ErrorDetails": text}


def test_another_wording_is_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wanted names the problem, so a replay under other words writes what it wrote."""
    state = pending(problem=problem(ProblemKind.NO_MANAGER))
    before = item_fields(an_input(), state)
    monkeypatch.setitem(texts.PROBLEMS, ProblemKind.NO_MANAGER, "Nobody manages this person.")
    assert changed(item_fields(an_input(), state), before) == {}
    assert str(with_sentence(before)["ErrorDetails"]).endswith("Nobody manages this person.")
