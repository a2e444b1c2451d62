"""Subjects of mails, with placeholders."""

from collections.abc import Callable, Iterator
from string import Formatter
from typing import Annotated

from settings.values.written import written

PLACEHOLDERS = ("company", "name", "deadline")
PLACEHOLDERS_OF_ESCALATION = (*PLACEHOLDERS, "employee")


def subject(allowed: tuple[str, ...]) -> Callable[[str], str]:
    """Return a function that reads a subject with these placeholders."""
    choice = ", ".join(f"{{{name}}}" for name in allowed)

    def read(text: str) -> str:
        try:
            found = list(_placeholders(text))
        except ValueError:
            raise ValueError(f"has a brace that is not one of the placeholders {choice}") from None
        for name in found:
            if name not in allowed:
                # A subject is no secret, so its placeholder is shown.
                raise ValueError(f"has the unknown placeholder {{{name}}}; use {choice}")
        return text

    return read


def _placeholders(text: str) -> Iterator[str]:
    """Yield what stands between braces, a format or conversion with its name."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


Subject = Annotated[str, written(subject(PLACEHOLDERS))]
EscalationSubject = Annotated[str, written(subject(PLACEHOLDERS_OF_ESCALATION))]
