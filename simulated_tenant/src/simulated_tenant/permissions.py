"""Which application permissions allow which call, from Microsoft's published permission data.

Left out are permissions of other products (device management, agent identities). Added are the
rows that the data lacks: `GET /groups` (as its page has it), `POST …/members/$ref` and its
`DELETE`, `GET …/messages/{id}` with `Mail.ReadWrite`, the report of one user, and the permissions
that include others in practice (`Sites.Manage.All`, `Sites.FullControl.All`;
`GroupMember.ReadWrite.All` reads basic properties).
"""

from enum import StrEnum


class Service(StrEnum):
    """Who answers a call; each has its own words for a refusal."""

    DIRECTORY = "directory"
    SHAREPOINT = "sharepoint"
    EXCHANGE = "exchange"


class Access(StrEnum):
    """What a call does to a site, for apps with `Sites.Selected`."""

    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DIRECTORY_READ = "Directory.Read.All Directory.ReadWrite.All"
_USER_READ = "User.Read.All User.ReadWrite.All " + _DIRECTORY_READ
_USER_BASIC = "User.ReadBasic.All User.ReadWrite.CrossCloud " + _USER_READ
_MEMBERS_READ = (
    "GroupMember.ReadBasic.All GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All"
    " Group.ReadBasic.All Group.ReadWrite.All Directory.Read.All"
)
_MEMBERS_WRITE = _set("GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All")
_SITE_ALL = "Sites.FullControl.All"
_SITE_READ = "Sites.Read.All Sites.ReadWrite.All Sites.Manage.All " + _SITE_ALL
_SITE_WRITE = "Sites.ReadWrite.All Sites.Manage.All " + _SITE_ALL
_SITE_MANAGE = "Sites.Manage.All " + _SITE_ALL
_MAIL_READ = "Mail.Read Mail.ReadWrite"
_MAIL_LIST = "Mail.ReadBasic.All " + _MAIL_READ

ALLOWED: dict[str, frozenset[str]] = {
    "GET /users": _set(_USER_BASIC),
    "GET /users/{id}": _set(_USER_BASIC),
    "GET /users/delta": _set(_USER_READ),
    "GET /users/{id}/manager": _set(_USER_READ),
    "GET /users/{id}/authentication/methods": _set(
        "UserAuthenticationMethod.Read.All UserAuthenticationMethod.ReadWrite.All"
    ),
    "POST /users/{id}/checkmembergroups": _set(
        "Application.Read.All Application.ReadWrite.All Device.Read.All Device.ReadWrite.All"
        " Group.Read.All Group.ReadBasic.All Group.ReadWrite.All GroupMember.Read.All"
        " GroupMember.ReadBasic.All " + _USER_READ
    ),
    # https://learn.microsoft.com/graph/api/group-list
    "GET /groups": _set(
        "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All "
        + _DIRECTORY_READ
    ),
    "GET /groups/{id}": _set(
        "Group-NestingSupport.ReadWrite.All Group-PreferredDataLocation.ReadWrite.All"
        " Group-XTenantIdentitySync.Read.All Group.ManageProtection.All Group.Read.All"
        " Group.ReadBasic.All Group.ReadWrite.All GroupMember.Read.All GroupMember.ReadWrite.All "
        + _DIRECTORY_READ
    ),
    "GET /groups/{id}/members": _set(_MEMBERS_READ),
    "GET /groups/{id}/transitivemembers": _set(_MEMBERS_READ),
    "POST /groups/{id}/members/$ref": _MEMBERS_WRITE,
    "DELETE /groups/{id}/members/{id}/$ref": _MEMBERS_WRITE,
    "GET /organization": _set(
        "Organization.Read.All Organization.ReadWrite.All User.Read.All " + _DIRECTORY_READ
    ),
    "GET /reports/authenticationmethods/userregistrationdetails": _set("AuditLog.Read.All"),
    "GET /reports/authenticationmethods/userregistrationdetails/{id}": _set("AuditLog.Read.All"),
    "GET /sites/{id}": _set(_SITE_READ),
    "GET /sites/{id}/lists": _set(_SITE_READ),
    "POST /sites/{id}/lists": _set(_SITE_WRITE),
    "GET /sites/{id}/lists/{id}": _set(_SITE_READ),
    "GET /sites/{id}/lists/{id}/columns": _set(_SITE_READ),
    "POST /sites/{id}/lists/{id}/columns": _set(_SITE_MANAGE),
    "PATCH /sites/{id}/lists/{id}/columns/{id}": _set(_SITE_MANAGE),
    "GET /sites/{id}/lists/{id}/items": _set(_SITE_READ),
    "POST /sites/{id}/lists/{id}/items": _set(_SITE_WRITE),
    "GET /sites/{id}/lists/{id}/items/delta": _set(_SITE_READ),
    "GET /sites/{id}/lists/{id}/items/{id}": _set(_SITE_READ),
    "DELETE /sites/{id}/lists/{id}/items/{id}": _set(_SITE_WRITE),
    "PATCH /sites/{id}/lists/{id}/items/{id}/fields": _set(_SITE_WRITE),
    "POST /users/{id}/sendmail": _set("Mail.Send"),
    "POST /users/{id}/messages": _set("Mail.ReadWrite"),
    "GET /users/{id}/messages": _set(_MAIL_LIST),
    "GET /users/{id}/messages/{id}": _set(_MAIL_LIST),
    "GET /users/{id}/messages/{id}/$value": _set(_MAIL_READ),
    "GET /users/{id}/messages/{id}/attachments": _set(_MAIL_READ),
    "GET /users/{id}/messages/{id}/attachments/{id}": _set(_MAIL_READ),
    "GET /users/{id}/messages/{id}/attachments/{id}/$value": _set(_MAIL_READ),
    "PATCH /users/{id}/messages/{id}": _set("Mail.ReadWrite"),
    "DELETE /users/{id}/messages/{id}": _set("Mail.ReadWrite"),
    "POST /users/{id}/messages/{id}/send": _set("Mail.Send"),
    "GET /users/{id}/mailfolders/{id}/messages": _set(_MAIL_LIST),
}

# What Microsoft's page on checkMemberGroups asks for, both together; the data has any of them.
# https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
CHECK_MEMBER_GROUPS = "POST /users/{id}/checkmembergroups"
CHECK_MEMBER_GROUPS_NEEDS = (
    _set(_USER_READ),
    _set(
        "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All "
        + _DIRECTORY_READ
    ),
)

SITE_ACCESS: dict[Access, frozenset[str]] = {
    Access.READ: _set("read write manage owner fullcontrol"),
    Access.WRITE: _set("write manage owner fullcontrol"),
    Access.MANAGE: _set("manage owner fullcontrol"),
}

# What a custom directory role over one group (read it, update its members) allows.
GROUP_ROLE_CALLS = frozenset(
    {
        "GET /groups/{id}",
        "GET /groups/{id}/members",
        "GET /groups/{id}/transitivemembers",
        "POST /groups/{id}/members/$ref",
        "DELETE /groups/{id}/members/{id}/$ref",
    }
)
FULL_PROFILE = _set(_USER_READ)
ROLE_ASSIGNABLE_GROUPS = "RoleManagement.ReadWrite.Directory"
HIDDEN_MEMBERS = "Member.Read.Hidden"


def service_of(operation: str) -> Service:
    """Name the service behind an operation such as ``GET /users/{id}``."""
    path = operation.partition(" ")[2]
    if path.startswith("/sites"):
        return Service.SHAREPOINT
    if any(part in path for part in ("/messages", "/sendmail", "/mailfolders")):
        return Service.EXCHANGE
    return Service.DIRECTORY


def site_access_of(operation: str) -> Access:
    """Say what an operation on a site needs of a `Sites.Selected` grant."""
    method, _, path = operation.partition(" ")
    if method == "GET":
        return Access.READ
    return Access.WRITE if "/items" in path else Access.MANAGE
