"""An organisation's own subject lines: what they may hold."""

from string import Formatter

from domain.enrolment.status import MailKind
from domain.plain_text import one_line

_ALLOWED = ("company", "name", "deadline")
_ALLOWED_IN_ESCALATION = (*_ALLOWED, "employee")


def checked_subject(kind: MailKind, pattern: str) -> str:
    """Return an own subject in one line.

    Raises:
        ValueError: it is empty, malformed, or holds a placeholder that its kind of mail has no
            value for; the message names it and those that are allowed.
    """
    subject = one_line(pattern)
    where = f"the subject of the {kind.value}"
    if not subject:
        raise ValueError(f"{where} is empty")
    allowed = _ALLOWED_IN_ESCALATION if kind is MailKind.ESCALATION else _ALLOWED
    choice = ", ".join(f"{{{name}}}" for name in allowed)
    try:
        found = placeholders(subject)
    except ValueError as error:
        raise ValueError(f"{where} is malformed ({error}); allowed are {choice}") from error
    for name in sorted(found.difference(allowed)):
        raise ValueError(f"{where} holds the unknown placeholder {{{name}}}; allowed are {choice}")
    return subject


def placeholders(pattern: str) -> set[str]:
    """Return the placeholders as they are written, a format or conversion with its name."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        for _, name, spec, conversion in Formatter().parse(pattern)
        if name is not None
    }
