"""The app roles, and what each of them includes."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """An app role of the API's registration, as Entra ID names it in tokens."""

    ADMIN = "Rollout.Admin"
    HELPDESK = "Rollout.Helpdesk"
    READER = "Rollout.Reader"


class Permission(StrEnum):
    """What somebody may do, in the portal and over REST."""

    LOOK = "look"
    RESEND = "send a new link"
    PAUSE = "pause and resume a person"
    CANCEL = "cancel an enrolment"
    IMPORT = "import people"
    MAIL_SWITCH = "stop and start all mail"
    BULK = "act on many people at once"
    ERASE = "erase a person"
    EXPORT = "export people"
    AUDIT = "read the audit log"
    REPORTS = "set up reports and webhooks"
    SETTINGS = "look at the settings"


_INCLUDED: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.HELPDESK: frozenset({Permission.LOOK, Permission.RESEND, Permission.PAUSE}),
    Role.READER: frozenset({Permission.LOOK}),
}


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Say whether any of these roles includes it."""
    return any(permission in _INCLUDED[role] for role in roles)
