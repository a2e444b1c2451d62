"""Subjects of mails, with placeholders."""

from collections.abc import Callable

from domain.enrolment.status import MailKind
from domain.mail.subject_lines import checked_subject


def subject(kind: MailKind) -> Callable[[str], str]:
    """Return a function that reads the subject of one kind of mail."""

    def read(text: str) -> str:
        try:
            return checked_subject(kind, text)
        except ValueError as error:
            # A subject is no secret: the message names the placeholder that is wrong.
            raise ValueError(f"is wrong: {error}") from None

    return read
