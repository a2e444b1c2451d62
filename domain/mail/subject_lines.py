"""An organisation's own subject lines: what they may hold, and in which languages they are."""

import re
from string import Formatter

from domain.mail.languages import LANGUAGES
from domain.plain_text import one_line
from domain.status import MailKind

_ALLOWED = ("company", "name", "deadline")
_ALLOWED_IN_ESCALATION = (*_ALLOWED, "employee")

EVERY_LANGUAGE = "*"
"""In the place of a language: a subject for all that have none of their own."""

_MARKED = re.compile(r"\s*([a-z]{2}):\s*(.*)", re.DOTALL)
# Only before a language: elsewhere it is part of a subject.
_DIVIDER = re.compile(r";(?=\s*[a-z]{2}:)")


def subjects_by_language(text: str) -> dict[str, str]:
    """Return the subjects of a setting by their languages.

    ``Set up MFA; de: MFA einrichten`` is a German subject, and one for all other languages.

    Raises:
        ValueError: a language is one of which there are no mails, or is there twice.
    """
    found: dict[str, str] = {}
    for part in _DIVIDER.split(text):
        marked = _MARKED.fullmatch(part)
        language, subject = (marked[1], marked[2]) if marked else (EVERY_LANGUAGE, part)
        if marked and language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise ValueError(f"there are no mails in the language {language}, only in {known}")
        if language in found:
            raise ValueError(f"there are two subjects for {language}")
        found[language] = subject
    return found


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
