"""What the tracking list lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.doctor.checks import Check, Fault, Finding, Good, found


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What differs from the list that is needed.

    Attributes:
        missing: columns that aren't there.
        incomplete: what a column lacks, in words, by its name.
        wrong: the type that a column has, and the one that it should have, by its name.
    """

    missing: Sequence[str] = ()
    incomplete: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def judge_columns(facts: ListFacts) -> list[Finding]:
    """Return a line for what ``provision`` adds, and one for each column that it leaves alone."""
    check = Check.TRACKING_LIST
    lines = [
        found(check, Fault.COLUMN_TYPE, name=name, kind=kind, wanted=wanted)
        for name, (kind, wanted) in facts.wrong.items()
    ]
    lacking = [f"the column {name}" for name in facts.missing]
    lacking += [f"{what} of {name}" for name, what in facts.incomplete.items()]
    if lacking:
        lines.append(found(check, Fault.COLUMNS_LACKING, names=", ".join(lacking)))
    return lines or [found(check, Good.TRACKING_LIST)]
