"""The subject lines: an organisation's own or the catalogue's, checked before the first mail."""

from collections.abc import Mapping

from domain.mail.content import SUBJECT_LIMIT, Branding, MailContent
from domain.mail.subject_lines import EVERY_LANGUAGE, checked_subject, placeholders
from domain.plain_text import isolated, shortened
from domain.status import MailKind
from templates.catalogue import date_in_words, sentence
from templates.mail.texts import repeated

OwnSubjects = Mapping[MailKind, Mapping[str, str]]
"""An organisation's own subjects by kind of mail and language."""


class Subjects:
    """The subject line of each kind of mail.

    Placeholders are ``{company}``, ``{name}`` (the recipient), ``{deadline}`` and, in the
    escalation, ``{employee}``. An own subject without a language is used for all that have none of
    their own. One that names a deadline gives way to the catalogue's while there is no deadline.
    """

    def __init__(self, own: OwnSubjects) -> None:
        """Take an organisation's own subjects.

        Raises:
            ValueError: a subject is empty, malformed, or holds a placeholder that its kind of mail
                has no value for; the message names it and those that are allowed.
        """
        self._own = {
            kind: {language: checked_subject(kind, text) for language, text in texts.items()}
            for kind, texts in own.items()
        }

    def render(self, content: MailContent, branding: Branding, language: str) -> str:
        """Return the subject of one mail: one line of at most 255 characters."""
        values = {
            "company": isolated(branding.company_name),
            "name": isolated(content.recipient_name),
            "employee": isolated(content.employee_name or ""),
        }
        if content.deadline is not None:
            values["deadline"] = date_in_words(language, content.deadline)
        own = self._own.get(content.kind, {})
        pattern = own.get(language) or own.get(EVERY_LANGUAGE)
        if pattern is None or not placeholders(pattern) <= values.keys():
            pattern = sentence(language, content.kind.value, repeated(content, "subject"))
            values["number"] = str(content.nudge_count)
        return shortened(pattern.format(**values).strip(), SUBJECT_LIMIT)
