"""Which permissions our admin guide asks for, and which of them a call needs."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.truth.oracles import oracle

ADMIN_GUIDE = Path(__file__).resolve().parents[2] / "docs" / "admin-guide.md"
_ROW = re.compile(r"^\|([^|]+)\|", re.MULTILINE)
_PERMISSION = re.compile(r"`([A-Z]\w+(?:\.\w+)+)`")

# What Microsoft's data lacks, by operation: further permissions that allow it.
GAPS = {
    # The data has the row, and nothing in it. The page "Add members" names this one as least.
    "POST /groups/{id}/members/$ref": {"GroupMember.ReadWrite.All"},
    # Described as reading basic properties of all groups; the data names only GroupMember.Read.All.
    "GET /groups/{id}": {"GroupMember.ReadWrite.All"},
    # The page "Get message" names it; the data only has it for whole folders.
    "GET /users/{id}/messages/{id}": {"Mail.ReadWrite"},
    # The data has no row. The page "Delete message" names this one as least.
    "DELETE /users/{id}/messages/{id}": {"Mail.ReadWrite"},
}
# The data knows nothing of permissions that a site has to grant by itself.
SITE_GRANT = "Sites.Selected"


@cache
def documented() -> tuple[str, ...]:
    """Return the permissions that the admin guide's table names, in its order."""
    _, _, rest = ADMIN_GUIDE.read_text().partition("| application permission |")
    table, _, _ = rest.partition("\n\n")
    names = [name for cell in _ROW.findall(table) for name in _PERMISSION.findall(cell)]
    return tuple(dict.fromkeys(names))


def allowing(operation: str) -> frozenset[str]:
    """Return every permission that allows an operation; skips where the data is absent."""
    rows = oracle("permissions.json")["paths"].get(operation, [])
    return frozenset(row["permission"] for row in rows) | _gap(operation)


def least(operation: str) -> frozenset[str]:
    """Return the permissions that allow an operation and as little else as possible."""
    rows = oracle("permissions.json")["paths"].get(operation, [])
    return frozenset(row["permission"] for row in rows if row["least"]) | _gap(operation)


def needing(permission: str, operations: Iterable[str]) -> frozenset[str]:
    """Return the operations that none of the other documented permissions allows."""
    others = frozenset(documented()) - {permission}
    return frozenset(one for one in operations if not allowing(one) & others)


def _gap(operation: str) -> frozenset[str]:
    named = frozenset(GAPS.get(operation, ()))
    return named | {SITE_GRANT} if " /sites/" in operation else named
