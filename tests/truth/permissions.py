"""Which permissions a call needs, by Microsoft's data and what it is known to lack."""

from collections.abc import Iterable

from tests.contract.admin_guide import documented
from tests.truth.oracles import oracle

# What Microsoft's data lacks, by operation: further permissions that allow it.
GAPS = {
    # The data has the row, and nothing in it. The page "Add members" names this one as least.
    "POST /groups/{id}/members/$ref": {"GroupMember.ReadWrite.All"},
    # Described as reading basic properties of all groups; the data names only GroupMember.Read.All.
    "GET /groups/{id}": {"GroupMember.ReadWrite.All"},
    # The page "Get message" names it; the data only has it for whole folders.
    "GET /users/{id}/messages/{id}": {"Mail.ReadWrite"},
    # The page "Get MIME content of a message" names those of "Get message".
    "GET /users/{id}/messages/{id}/$value": {"Mail.Read", "Mail.ReadWrite"},
    # The page "List attachments" names those of "Get message".
    "GET /users/{id}/messages/{id}/attachments": {"Mail.Read", "Mail.ReadWrite"},
    # The data has no rows. The pages "Delete message" and "Update message" name it as least.
    "DELETE /users/{id}/messages/{id}": {"Mail.ReadWrite"},
    "PATCH /users/{id}/messages/{id}": {"Mail.ReadWrite"},
}
# Calls that need one of these, too: to read people isn't enough to read their memberships.
# https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
BESIDES = {
    "POST /users/{id}/checkmembergroups": {
        "GroupMember.Read.All",
        "GroupMember.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    },
}
# The data knows nothing of permissions that a site has to grant by itself.
SITE_GRANT = "Sites.Selected"


def allowing(operation: str) -> frozenset[str]:
    """Return every permission that allows an operation; skips where the data is absent."""
    rows = oracle("permissions.json")["paths"].get(operation, [])
    return frozenset(row["permission"] for row in rows) | _gap(operation)


def least(operation: str) -> frozenset[str]:
    """Return the permissions that allow an operation and as little else as possible."""
    rows = oracle("permissions.json")["paths"].get(operation, [])
    return frozenset(row["permission"] for row in rows if row["least"]) | _gap(operation)


def needing(permission: str, operations: Iterable[str]) -> frozenset[str]:
    """Return the operations that the other documented permissions don't allow."""
    others = frozenset(documented()) - {permission}
    return frozenset(
        one
        for one in operations
        if not allowing(one) & others or not BESIDES.get(one, others) & others
    )


def _gap(operation: str) -> frozenset[str]:
    named = frozenset(GAPS.get(operation, ()))
    # What a site's grant "write" allows; lists and columns are changed by an admin's own sign-in.
    method, _, path = operation.partition(" ")
    granted = path.startswith("/sites/") and (method == "GET" or "/items" in path)
    return named | {SITE_GRANT} if granted else named
