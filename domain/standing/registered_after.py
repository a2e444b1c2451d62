"""The mail after which a person registered: its name for people, and its place among the others."""

_NAMES = {"invitation": "Invitation", "escalation": "Escalation"}
_NUMBERED = {"reminder": "Reminder", "follow-up": "Follow-up"}


def mail_name(mail: str) -> str:
    """Return a mail by its name: ``Reminder 2``."""
    kind, _, number = mail.rpartition("-")
    if kind in _NUMBERED:
        return f"{_NUMBERED[kind]} {number}"
    return _NAMES.get(mail, mail)


def mail_order(mail: str) -> tuple[int, int]:
    """Return a key by which mails are sorted as people get them."""
    kind, _, number = mail.rpartition("-")
    if kind in _NUMBERED and number.isdigit():
        return (1 + list(_NUMBERED).index(kind), int(number))
    return (0 if mail == "invitation" else 3, 0)
