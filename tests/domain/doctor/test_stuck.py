"""What doctor says of workflows that an error in the software has stopped."""

from domain.doctor.checks import Good
from domain.doctor.temporal import judge_stuck


def test_a_few_of_the_workflows_that_are_stuck_are_named() -> None:
    """Their number is always told."""
    assert judge_stuck(0, []).what is Good.NONE_STUCK
    assert judge_stuck(2, ["a", "b"]).facts == {"number": "2", "names": "a, b"}
    assert judge_stuck(9, ["a", "b"]).facts == {"number": "9", "names": "a, b, …"}
