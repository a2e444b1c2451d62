"""The app roles, and what each of them includes."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """An app role of the API's registration, as Entra ID names it in tokens."""

    ADMIN = "Rollout.Admin"
    HELPDESK = "Rollout.Helpdesk"
    READER = "Rollout.Reader"


API_SCOPE = "access_as_user"
"""The delegated permission that the API exposes: a program acts for somebody who has signed in."""


class Permission(StrEnum):
    """What somebody may do, in the portal and over REST."""

    LOOK = "look"
    RESEND = "resend"
    PAUSE = "pause"
    RETRY = "retry"
    GROUP = "group"
    CANCEL = "cancel"
    IMPORT = "import"
    MAIL_SWITCH = "mail-switch"
    BULK = "bulk"
    ERASE = "erase"
    EXPORT = "export"
    AUDIT = "audit"
    REPORTS = "reports"
    SETTINGS = "settings"
    WEBHOOKS = "webhooks"
    CONTACT = "contact"


_INCLUDED: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.HELPDESK: frozenset(
        {Permission.LOOK, Permission.RESEND, Permission.PAUSE, Permission.CONTACT}
    ),
    Role.READER: frozenset({Permission.LOOK}),
}


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Say whether any of these roles includes it."""
    return any(permission in _INCLUDED[role] for role in roles)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that include it."""
    return tuple(role for role in Role if permission in _INCLUDED[role])


def permissions_of(roles: Iterable[Role]) -> tuple[Permission, ...]:
    """Return what these roles include together."""
    held = frozenset(roles)
    return tuple(permission for permission in Permission if may(held, permission))
