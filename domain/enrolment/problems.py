"""What an admin has to know or to fix about one person: which problem is shown, and its end."""

from dataclasses import replace
from datetime import datetime

from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
from domain.enrolment.story import tell
from domain.plain_text import bounded_line
from domain.status import Concern
from domain.tables.story import StoryKind
from domain.tables.values import Json

# A problem is shown whole in the Temporal UI, and on the list as far as a column holds it.
LONGEST_VALUE = 1000

CONCERNS = {
    ProblemKind.CANCELLED: Concern.END,
    ProblemKind.GONE: Concern.END,
    ProblemKind.UNKNOWN_USER: Concern.END,
    ProblemKind.DISABLED_TOO_LONG: Concern.END,
    ProblemKind.ACCOUNT_DISABLED: Concern.ACCOUNT,
    ProblemKind.EXCLUDED: Concern.EXCLUSION,
    ProblemKind.NO_ADDRESS: Concern.MAIL,
    ProblemKind.MAIL_UNCONFIRMED: Concern.MAIL,
    ProblemKind.NO_MANAGER: Concern.MANAGER,
    ProblemKind.MAIL_RETURNED: Concern.DELIVERY,
    ProblemKind.MAIL_REFUSED: Concern.DELIVERY,
    ProblemKind.MAILBOX_FULL: Concern.DELIVERY,
    # The next mail that leaves ends it.
    ProblemKind.MAILBOX_NOT_READY: Concern.MAIL,
    ProblemKind.MANAGER_MAIL_RETURNED: Concern.MANAGER,
    ProblemKind.UNKNOWN_METHODS: Concern.METHODS,
    ProblemKind.STUCK: Concern.WORKFLOW,
}


def problem_met(state: EnrolmentState, concern: Concern, message: str, at: datetime) -> None:
    """Apply a permanent failure of an activity, which says by itself what to do."""
    values = {"message": bounded_line(message, LONGEST_VALUE)}
    _problem(state, Problem(concern=concern, kind=ProblemKind.FAILURE, since=at, values=values))


def problem_arose(state: EnrolmentState, kind: ProblemKind, at: datetime, **values: str) -> None:
    """Apply that something is wrong, with the values that the sentence about it mentions."""
    bounded = {name: bounded_line(value, LONGEST_VALUE) for name, value in values.items()}
    _problem(state, Problem(concern=CONCERNS[kind], kind=kind, since=at, values=bounded))


def _problem(state: EnrolmentState, problem: Problem) -> None:
    """Remember a problem; the same one keeps its first date.

    Why an enrolment ends is the last word: what fails on the way out doesn't replace it.
    """
    known = state.problem
    if known is not None and known.concern is Concern.END is not problem.concern:
        return
    if known is None or replace(known, since=problem.since) != problem:
        state.problem = problem
        _tell(state, StoryKind.PROBLEM_MET, problem, problem.since)


def solved(state: EnrolmentState, concern: Concern, at: datetime) -> None:
    """Apply that something works again; problems with other things stay."""
    problem = state.problem
    if problem is not None and problem.concern is concern:
        # What is still wrong, and was hidden by what isn't any more, is shown again.
        state.problem = state.returned if concern is not Concern.DELIVERY else None
        tell_solved(state, problem, at)


def all_solved(state: EnrolmentState, at: datetime) -> None:
    """Apply that whatever was wrong is over."""
    hidden = state.returned if state.returned != state.problem else None
    for problem in (state.problem, hidden):
        if problem is not None:
            tell_solved(state, problem, at)
    state.problem = state.returned = None


def tell_solved(state: EnrolmentState, problem: Problem, at: datetime) -> None:
    """Add to the story that a problem is over."""
    _tell(state, StoryKind.PROBLEM_SOLVED, problem, at)


def _tell(state: EnrolmentState, kind: StoryKind, problem: Problem, at: datetime) -> None:
    values: dict[str, Json] = {**problem.values}
    what = {"concern": problem.concern.value, "problem": problem.kind.value}
    tell(state, kind, at, **what, values=values)
