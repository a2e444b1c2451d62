"""The subject lines: an organisation's own or the catalogue's, checked before the first mail."""

from collections.abc import Mapping
from string import Formatter

from domain.mail import Branding, MailContent
from domain.plain_text import one_line, shortened
from domain.status import MailKind
from templates.mail.catalogue import date_in_words, sentence
from templates.mail.names import isolated

SUBJECT_LIMIT = 255  # of a message's subject in Microsoft Graph, in UTF-16 units

_ALLOWED = ("company", "name", "deadline")
_ALLOWED_IN_ESCALATION = (*_ALLOWED, "employee")


class Subjects:
    """The subject line of each kind of mail.

    Placeholders are ``{company}``, ``{name}`` (the recipient), ``{deadline}`` and, in the
    escalation, ``{employee}``. An own subject is used for all languages. One that names a deadline
    gives way to the catalogue's while there is no deadline.
    """

    def __init__(self, own: Mapping[MailKind, str]) -> None:
        """Take an organisation's own subjects.

        Raises:
            ValueError: a subject is empty, malformed, or holds a placeholder that its kind of mail
                has no value for; the message names it and those that are allowed.
        """
        self._own = {kind: checked_subject(kind, pattern) for kind, pattern in own.items()}

    def render(self, content: MailContent, branding: Branding, language: str) -> str:
        """Return the subject of one mail: one line of at most 255 characters."""
        values = {
            "company": isolated(branding.company_name),
            "name": isolated(content.recipient_name),
            "employee": isolated(content.employee_name or ""),
        }
        if content.deadline is not None:
            values["deadline"] = date_in_words(language, content.deadline)
        pattern = self._own.get(content.kind)
        if pattern is None or not _placeholders(pattern) <= values.keys():
            pattern = sentence(language, content.kind.value, "subject")
        return shortened(pattern.format(**values).strip(), SUBJECT_LIMIT)


def redirected_subject(subject: str, name: str) -> str:
    """Return the subject of a mail that goes to somebody else than its reader, and says for whom.

    Only by name: the addresses of a rehearsal stay where they are.
    """
    reader = isolated(name) or "somebody without a name"
    return shortened(f"[for {reader}] {subject}", SUBJECT_LIMIT)


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
        found = _placeholders(subject)
    except ValueError as error:
        raise ValueError(f"{where} is malformed ({error}); allowed are {choice}") from error
    for name in sorted(found.difference(allowed)):
        raise ValueError(f"{where} holds the unknown placeholder {{{name}}}; allowed are {choice}")
    return subject


def _placeholders(pattern: str) -> set[str]:
    """Return the placeholders as they are written, a format or conversion with its name."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        for _, name, spec, conversion in Formatter().parse(pattern)
        if name is not None
    }
