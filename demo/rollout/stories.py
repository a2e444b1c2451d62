"""Has a person's story ended as it should? A pure judgement of what can be seen from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.enrolment.texts import PROBLEMS
from domain.imports.reasons import RowReason
from domain.imports.texts import ROW_TEXTS
from domain.plain_text import beginning

# What a story may demand of ErrorDetails, and the text that tells it.
PROBLEM_TEXTS: dict[str, str] = {"unknown": ROW_TEXTS[RowReason.UNKNOWN]} | {
    kind.value: text for kind, text in PROBLEMS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody of the demo: who, what they do, and the end that their story demands."""

    address: str
    object_id: str | None
    name: str
    kind: str
    story: str
    expected: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is to be seen of somebody: list row, mails, group, methods, workflow."""

    row: Mapping[str, Any]
    mails: Mapping[str, int]
    in_group: bool
    registered: bool
    workflow: str


def faults(persona: Persona, sight: Sight) -> list[str]:
    """Return what is not (yet) as the story demands, in words; nothing when all is well."""
    expected = persona.expected
    row = sight.row
    found = []
    seen = {
        "status": row.get("InviteStatus"),
        "in_group": sight.in_group,
        "registered": sight.registered,
        "escalated": bool(row.get("EscalatedToManager")),
        "workflow": sight.workflow,
    }
    found += [
        f"{name} is {value}, not {expected[name]}"
        for name, value in seen.items()
        if value != expected[name]
    ]
    if bool(row.get("InGroup")) != sight.in_group:
        found.append("the list and the group disagree")
    counts = sight.mails
    for kind, (least, most) in expected["mails"].items():
        if counts[kind] < least or (most is not None and counts[kind] > most):
            bound = str(least) if least == most else f"{least} to {most or 'any'}"
            found.append(f"{counts[kind]} x {kind}, not {bound}")
    error = str(row.get("ErrorDetails") or "")
    problem = expected["problem"]
    if problem and beginning(PROBLEM_TEXTS[problem]) not in error:
        found.append(f"ErrorDetails doesn't tell of {problem}")
    if not problem and error:
        found.append(f"ErrorDetails still says: {error}")
    return found


def wrong_for_good(persona: Persona, sight: Sight) -> bool:
    """Say whether no waiting will put this right: a mail too many, or an end that isn't theirs."""
    too_many = any(
        most is not None and sight.mails[kind] > most
        for kind, (_, most) in persona.expected["mails"].items()
    )
    ended_early = sight.workflow == "completed" and persona.expected["workflow"] == "running"
    return too_many or ended_early or sight.workflow == "failed"


DATES = (
    ("EmailOpenedDate", "opened"),
    ("ClickedLinkDate", "clicked"),
    ("AddedToGroupDate", "in the group"),
    ("EscalationDate", "manager told"),
    ("MFARegistrationDate", "registered"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to somebody, and when (aware UTC)."""

    at: datetime
    what: str


def steps_of(row: Mapping[str, Any], mails: Sequence[Step]) -> list[Step]:
    """Put a row's dates and a mailbox's mails in order."""
    steps = [*mails]
    if not mails and (value := row.get("InviteSentDate")):
        steps.append(Step(datetime.fromisoformat(str(value)), "invitation"))
    for column, what in DATES:
        if value := row.get(column):
            steps.append(Step(datetime.fromisoformat(str(value)), what))
    return sorted(steps, key=lambda step: step.at)


def told(steps: Sequence[Step], *, start: datetime, day: timedelta) -> str:
    """Tell the steps, each with its day in the demo's calendar."""
    if not steps:
        return "no mail, no date"
    return ", ".join(f"day {(step.at - start) // day} {step.what}" for step in steps)
