"""The name by which people are called: the directory's, unless it could mislead its readers."""

import re
import unicodedata

from domain.plain_text import bounded_line

# What mail programs and the Temporal UI turn into live links. Guests name themselves.
_LINKS = ("://", "www.", "@")
# The category of letters that nobody sees; control characters are gone from a line.
_INVISIBLE = "Cf"
_GUEST = re.compile(r"(?i)#ext#.*|@.*")


def safe_display_name(name: str, user_principal_name: str) -> str:
    """Return a display name in one line, or the UPN's local part where it could become a link.

    The local part also stands for a name in which nothing is to be seen.
    """
    line = bounded_line(name)
    seen = unicodedata.normalize("NFKC", line).casefold()
    visible = "".join(c for c in seen if unicodedata.category(c) != _INVISIBLE)
    if visible.strip() and not any(link in visible for link in _LINKS):
        return line
    local_part = _GUEST.sub("", bounded_line(user_principal_name))
    return re.sub(r"(?i)www\.+", "www ", local_part).strip()
