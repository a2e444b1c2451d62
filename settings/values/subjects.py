"""Subjects of mails, with placeholders, in one language or several."""

from collections.abc import Callable, Mapping

from domain.mail.subject_lines import checked_subject, subjects_by_language
from domain.status import MailKind


def subjects(kind: MailKind) -> Callable[[str], Mapping[str, str]]:
    """Return a function that reads the subjects of one kind of mail, by their languages."""

    def read(text: str) -> Mapping[str, str]:
        try:
            return {
                language: checked_subject(kind, subject)
                for language, subject in subjects_by_language(text).items()
            }
        except ValueError as error:
            # A subject is no secret: the message names the placeholder that is wrong.
            raise ValueError(f"is wrong: {error}") from None

    return read
