"""Which application permissions a token of the worker needs, and which are wider than that.

Source: ``docs/admin-guide.md``, and Graph's page "Permissions reference" for the ids.
"""

from collections.abc import Collection

from domain.doctor.checks import Check, Fault, Finding, Good, found

REPORT = "AuditLog.Read.All"
SITES = "Sites.Selected"
# Any of a set will do; the first is the one that the guide names.
NEEDED = (
    ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    ("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"),
    (
        "GroupMember.ReadWrite.All",
        # With a directory role over the one group, which a token doesn't show.
        "GroupMember.Read.All",
        "Group.ReadWrite.All",
        "Group.Read.All",
        "Directory.ReadWrite.All",
        "Directory.Read.All",
    ),
    (
        SITES,
        "Sites.ReadWrite.All",
        "Sites.Manage.All",
        "Sites.FullControl.All",
    ),
)
# Without it a group whose membership is hidden shows nobody; of others it opens nothing.
HIDDEN_MEMBERS = "Member.Read.Hidden"
# What the guide grants; everything else is wider than needed.
GRANTED = frozenset(
    {
        *(alternatives[0] for alternatives in NEEDED),
        "GroupMember.Read.All",
        REPORT,
        HIDDEN_MEMBERS,
    }
)
# Exchange grants these for single mailboxes; consent in Entra ID is for all.
_MAIL = "Mail."
APP_ROLE_IDS = {
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "UserAuthenticationMethod.Read.All": "38d9df27-64da-44fd-b7c5-a6fbac20248f",
    "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    SITES: "883ea226-0bf2-4a8f-9f9d-92c9162a727d",
    REPORT: "b0afded3-3588-46d8-8b3d-9842eff778da",
}


def judge_permissions(roles: Collection[str], *, client_id: str) -> list[Finding]:
    """Return a line for what is missing, for what is too wide, or one that all is well."""
    missing = [one[0] for one in NEEDED if not set(one) & set(roles)]
    mail = sorted(role for role in roles if role.startswith(_MAIL))
    wide = sorted(set(roles) - GRANTED - set(mail))
    check, lines = Check.PERMISSIONS, []
    if missing:
        lines.append(
            found(
                check,
                Fault.PERMISSIONS_MISSING,
                names=", ".join(missing),
                client_id=client_id,
                roles=app_roles(missing),
            )
        )
    for names, fault in ((wide, Fault.PERMISSIONS_TOO_WIDE), (mail, Fault.MAIL_CONSENTED)):
        if names:
            lines.append(found(check, fault, names=", ".join(names), client_id=client_id))
    return lines or [found(check, Good.PERMISSIONS)]


def app_roles(names: Collection[str]) -> str:
    """Return permissions as the Azure CLI takes them."""
    return " ".join(f"{APP_ROLE_IDS[name]}=Role" for name in names)


def holds(roles: Collection[str], *prefixes: str) -> bool:
    """Say whether a permission whose name begins like this is among the roles."""
    return any(role.startswith(prefixes) for role in roles)
