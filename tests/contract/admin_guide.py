"""The application permissions that our admin guide asks for: all suites register their app so."""

import re
from functools import cache
from pathlib import Path

ADMIN_GUIDE = Path(__file__).resolve().parents[2] / "docs" / "admin-guide.md"
# Granted by Exchange for the sender mailbox, and not consented to.
EXCHANGE = frozenset({"Mail.ReadWrite", "Mail.Send"})
_ROW = re.compile(r"^\|([^|]+)\|", re.MULTILINE)
_PERMISSION = re.compile(r"`([A-Z]\w+(?:\.\w+)+)`")


@cache
def documented() -> tuple[str, ...]:
    """Return the permissions that the first column of the guide's table names, in its order."""
    _, _, rest = ADMIN_GUIDE.read_text().partition("| application permission |")
    table, _, _ = rest.partition("\n\n")
    names = [name for cell in _ROW.findall(table) for name in _PERMISSION.findall(cell)]
    return tuple(dict.fromkeys(names))
