"""Which problem of a person is shown, what the story tells of it, and when it ends."""

from dataclasses import replace

from domain.enrolment.problems import problem_arose, problem_met, solved
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.status import Concern
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, START, pending


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
    solved(state, Concern.MAIL)
    assert state.problem is not None
    assert state.problem.concern is Concern.GROUP
    solved(state, Concern.GROUP)
    assert state.problem == returned
    solved(state, Concern.DELIVERY)
    assert state.problem is None
