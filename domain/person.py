"""A user of the directory, reduced to what an enrolment needs to know."""

from dataclasses import dataclass

from domain.plain_text import bounded_line, one_line
from domain.wording.display_name import safe_display_name

# https://www.rfc-editor.org/rfc/rfc5321: a local part of 64, an @, a domain of 255.
LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as the directory described it when it was last read.

    ``object_id`` is the identity; everything else may change under it.
    ``language`` is the directory's ``preferredLanguage`` (``de-CH``), or None. Texts are one line
    of at most 255, whoever typed what into the directory: they go into histories and summaries. A
    display name that could become a link is replaced by the UPN's local part.
    """

    object_id: str
    user_principal_name: str
    display_name: str
    mail: str | None = None
    department: str | None = None
    language: str | None = None
    account_enabled: bool = True
    user_type: str = "Member"

    def __post_init__(self) -> None:
        """Bound the texts; an address that is longer than addresses can be is none."""
        for name in ("object_id", "user_principal_name", "user_type"):
            object.__setattr__(self, name, bounded_line(getattr(self, name)))
        shown = safe_display_name(self.display_name, self.user_principal_name)
        object.__setattr__(self, "display_name", shown)
        for name in ("department", "language"):
            value = getattr(self, name)
            object.__setattr__(self, name, bounded_line(value) or None if value else None)
        if self.mail is not None and not _may_be_address(self.mail):
            object.__setattr__(self, "mail", None)

    @property
    def is_guest(self) -> bool:
        """Say whether the account is a guest of the tenant."""
        return self.user_type.casefold() == "guest"


def _may_be_address(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ADDRESS and one_line(text) == text


def mail_address(person: Person, tenant_domains: frozenset[str]) -> str | None:
    """Return where mail reaches somebody: ``mail``, or a member's UPN in the tenant's domains.

    A guest's UPN (``…#EXT#@…``) is no address, whatever its domain.
    """
    if person.mail or person.is_guest:
        return person.mail
    domain = person.user_principal_name.rpartition("@")[2].casefold()
    return person.user_principal_name if domain in tenant_domains else None
