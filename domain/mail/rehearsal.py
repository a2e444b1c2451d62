"""A rehearsal: every mail goes to one address, and says for whom it is."""

from domain.mail.content import SUBJECT_LIMIT
from domain.plain_text import isolated, shortened


def redirected_subject(subject: str, name: str) -> str:
    """Return the subject of a mail that goes to somebody else than its reader, and says for whom.

    Only by name: the addresses of a rehearsal stay where they are.
    """
    reader = isolated(name) or "somebody without a name"
    return shortened(f"[for {reader}] {subject}", SUBJECT_LIMIT)
