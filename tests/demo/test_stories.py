"""A story of the demo is judged by what the list tells, not by words in it."""

import pytest

from demo.rollout.stories import Persona, Sight, faults
from domain.enrolment.state import ProblemKind
from domain.enrolment.texts import PROBLEMS
from domain.imports.reasons import RowReason
from domain.imports.texts import ROW_TEXTS

GONE = f"Since 1 Nov 2026 09:00 UTC: {PROBLEMS[ProblemKind.GONE]}"
UNKNOWN = ROW_TEXTS[RowReason.UNKNOWN]


def judged(problem: str | None, error: str) -> list[str]:
    """Return what is wrong with somebody whose row says this, where the story demands that."""
    expected = {
        "status": "Pending",
        "in_group": False,
        "registered": False,
        "escalated": False,
        "workflow": "none",
        "mails": {},
        "problem": problem,
    }
    persona = Persona(
        address="ada@contoso.example",
        object_id=None,
        name="Ada",
        kind="left-the-company",
        story="Left.",
        expected=expected,
    )
    sight = Sight(
        row={"InviteStatus": "Pending", "ErrorDetails": error},
        mails={},
        in_group=False,
        registered=False,
        workflow="none",
    )
    return faults(persona, sight)


@pytest.mark.parametrize(
    ("problem", "error", "fault"),
    [
        ("gone", GONE, None),
        ("unknown", UNKNOWN, None),
        (None, "", None),
        ("gone", UNKNOWN, "doesn't tell of gone"),
        ("unknown", GONE, "doesn't tell of unknown"),
        ("no-address", "", "doesn't tell of no-address"),
        (None, GONE, "still says"),
    ],
)
def test_the_problem_on_the_list_is_the_storys(
    problem: str | None, error: str, fault: str | None
) -> None:
    """Another problem, none where one is due, and one that is left over are faults."""
    found = judged(problem, error)
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]
