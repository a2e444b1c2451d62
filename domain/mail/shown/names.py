"""The mail after which a person registered: its name for people, and its place among the others."""

from domain.mail.shown.texts import MAIL_NAMES
from domain.status import MailKind

_NUMBERED = (MailKind.REMINDER, MailKind.FOLLOW_UP)


def mail_name(mail: str) -> str:
    """Return a mail by its name: ``Reminder 2``; a kind by itself by that of the kind."""
    kind, _, number = mail.rpartition("-")
    if kind in _NUMBERED:
        return f"{MAIL_NAMES[MailKind(kind)]} {number}"
    return MAIL_NAMES[MailKind(mail)] if mail in MAIL_NAMES else mail


def mail_order(mail: str) -> tuple[int, int]:
    """Return a key by which mails are sorted as people get them."""
    kind, _, number = mail.rpartition("-")
    if kind in _NUMBERED and number.isdigit():
        return (1 + _NUMBERED.index(MailKind(kind)), int(number))
    return (0 if mail == "invitation" else 3, 0)
