"""Which problem of a person is shown, what the story tells of it, and when it ends."""

from dataclasses import replace

import pytest

from domain.enrolment.problems import all_solved, problem_arose, problem_met, solved
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.enrolment.texts import problem_sentence
from domain.enrolment.transitions import mail_unconfirmed
from domain.status import Concern, MailKind
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, POLICY, START, pending


def told(state: EnrolmentState) -> list[dict[str, object]]:
    """Return what the story tells of problems."""
    return [event.data for event in state.story if event.kind is StoryKind.PROBLEM_MET]


def shown(state: EnrolmentState) -> ProblemKind | None:
    """Return what is shown."""
    return state.problem.kind if state.problem else None


def test_a_problem_is_shown_and_told_once_with_its_first_date() -> None:
    """What is met again is the same problem, since when it was met first."""
    state = pending()
    for day in (0, 1):
        problem_met(state, Concern.MAIL, "Grant Mail.Send.", START + day * DAY)
    assert state.problem is not None
    assert (state.problem.since, state.problem.values) == (START, {"message": "Grant Mail.Send."})
    values = {"message": "Grant Mail.Send."}
    assert told(state) == [{"concern": "mail", "problem": "failure", "values": values}]

    problem_met(state, Concern.MAIL, "Grant Mail.ReadWrite.", START + 2 * DAY)
    assert state.problem.since == START + 2 * DAY
    assert len(told(state)) == 2


@pytest.mark.parametrize(
    ("reason", "told"), [("left", "left."), ("left.", "left."), ("why?", "why?")]
)
def test_a_reason_ends_the_sentence_of_a_cancellation(reason: str, told: str) -> None:
    """What stands in ``ErrorDetails`` ends once, however the admin wrote the reason."""
    state = pending()
    problem_arose(state, ProblemKind.CANCELLED, START, actor="Ada", reason=reason)
    assert state.problem is not None
    assert problem_sentence(state.problem).endswith(f" {told}")


def test_the_values_of_a_problem_are_bounded() -> None:
    """A name of any length fits the column that shows it: 1,000 characters."""
    state = pending()
    problem_arose(state, ProblemKind.UNKNOWN_METHODS, START, methods="x" * 5000)
    assert state.problem is not None
    assert len(state.problem.values["methods"]) == 1000
    assert state.problem.concern is Concern.METHODS
    problem_met(state, Concern.GROUP, "y" * 5000, START)
    assert len(state.problem.values["message"]) == 1000


def test_why_somebody_ended_is_the_last_word() -> None:
    """What fails on the way out replaces nothing; another reason to end does."""
    state = pending()
    problem_arose(state, ProblemKind.GONE, START)
    problem_met(state, Concern.MAIL, "no mailbox", START + DAY)
    assert shown(state) is ProblemKind.GONE
    problem_arose(state, ProblemKind.CANCELLED, START + DAY)
    assert shown(state) is ProblemKind.CANCELLED


def test_a_problem_ends_with_its_own_concern() -> None:
    """That the group works says nothing of mail; what was hidden is shown again."""
    state = pending()
    problem_arose(state, ProblemKind.MAIL_RETURNED, START, code="5.1.1")
    returned = state.problem
    state = replace(state, returned=returned)
    problem_met(state, Concern.GROUP, "no right", START)
    solved(state, Concern.MAIL, START)
    assert state.problem is not None
    assert state.problem.concern is Concern.GROUP
    solved(state, Concern.GROUP, START)
    assert state.problem == returned
    solved(state, Concern.DELIVERY, START)
    assert state.problem is None


def test_the_end_of_a_problem_is_told_once_and_names_it() -> None:
    """Whoever reads the story sees which problem is over, and when."""
    state = pending()
    problem_met(state, Concern.GROUP, "no right", START)
    for day in (1, 2):
        solved(state, Concern.GROUP, START + day * DAY)
        solved(state, Concern.MAIL, START + day * DAY)
    (over,) = [one for one in state.story if one.kind is StoryKind.PROBLEM_SOLVED]
    assert (over.at, [over.data]) == (START + DAY, told(state))


def test_with_the_end_of_the_journey_all_problems_are_over() -> None:
    """What another problem had hidden is told, too; the same one isn't told twice."""
    state = pending()
    problem_arose(state, ProblemKind.MAIL_RETURNED, START, code="5.1.1")
    state = replace(state, returned=state.problem)
    shown_alone = replace(state)
    problem_met(state, Concern.GROUP, "no right", START)
    for journey, kinds in ((state, ["failure", "mail-returned"]), (shown_alone, ["mail-returned"])):
        all_solved(journey, START + DAY)
        assert (journey.problem, journey.returned) == (None, None)
        over = [one.data for one in journey.story if one.kind is StoryKind.PROBLEM_SOLVED]
        assert [data["problem"] for data in over] == kinds


@pytest.mark.parametrize("kind", MailKind)
def test_a_mail_leaves_one_number_for_a_problem_that_it_solves(kind: MailKind) -> None:
    """What is told after it has the same number, whether something was solved or not."""
    told_after = []
    for is_wrong in (True, False):
        state = pending()
        if is_wrong:
            problem_met(state, Concern.MAIL, "no mailbox", START)
        before = state.story_number
        mail_unconfirmed(state, kind, START, POLICY)
        told_after.append(state.story[-1].number - before)
        assert state.story[-1].kind is StoryKind.PROBLEM_MET
        solved_at = [one for one in state.story if one.kind is StoryKind.PROBLEM_SOLVED]
        assert len(solved_at) == is_wrong
    assert told_after == [3, 3]
