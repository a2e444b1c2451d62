"""A line of doctor in words."""

from domain.doctor.checks import Blind, Check, Fault, Finding
from domain.doctor.texts import BLIND, CHECKS, FAULTS, GOOD, REMEDIES


def title(finding: Finding) -> str:
    """Return what was looked at, and which one."""
    return f"{CHECKS[finding.check]} {finding.about}".strip()


def text(finding: Finding) -> str:
    """Return what was found, or why nothing could be."""
    what, facts = finding.what, finding.facts
    if isinstance(what, Fault):
        return FAULTS[what].format(**facts)
    if isinstance(what, Blind):
        if what is Blind.AFTER_ANOTHER:
            facts = {"other": CHECKS[Check(facts["other"])]}
        return BLIND[what].format(**facts)
    return GOOD[what].format(**facts)


def remedy(finding: Finding) -> str:
    """Return what to do about it; empty where nothing has to be done."""
    if not isinstance(finding.what, Fault):
        return ""
    return REMEDIES[finding.what].format(**finding.facts)
