"""What a story leaves out: the same thing twice."""

from datetime import UTC, datetime

import pytest

from domain.enrolment.state import ProblemKind
from domain.standing.sentences import is_told
from domain.tables.story import StoryEvent, StoryKind


@pytest.mark.parametrize("problem", ProblemKind)
def test_a_cancellation_is_no_problem(problem: ProblemKind) -> None:
    """It is told as the end that it is, with who cancelled and why; every problem is told."""
    told = {
        kind: is_told(
            StoryEvent(
                run_id="run",
                number=1,
                kind=kind,
                at=datetime(2026, 11, 27, tzinfo=UTC),
                data={"problem": problem.value},
            )
        )
        for kind in (StoryKind.PROBLEM_MET, StoryKind.ENDED)
    }
    assert told == {
        StoryKind.PROBLEM_MET: problem is not ProblemKind.CANCELLED,
        StoryKind.ENDED: True,
    }
