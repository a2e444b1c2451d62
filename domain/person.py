"""A user of the directory, reduced to what an enrolment needs to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as the directory described it when it was last read.

    ``object_id`` is the identity; everything else may change under it.
    ``language`` is the directory's ``preferredLanguage`` (``de-CH``), or None.
    """

    object_id: str
    user_principal_name: str
    display_name: str
    mail: str | None = None
    department: str | None = None
    language: str | None = None
    account_enabled: bool = True
    user_type: str = "Member"

    @property
    def is_guest(self) -> bool:
        """Say whether the account is a guest of the tenant."""
        return self.user_type.casefold() == "guest"


def mail_address(person: Person, tenant_domains: frozenset[str]) -> str | None:
    """Return where mail reaches somebody: ``mail``, or a member's UPN in the tenant's domains.

    A guest's UPN (``…#EXT#@…``) is no address, whatever its domain.
    """
    if person.mail or person.is_guest:
        return person.mail
    domain = person.user_principal_name.rpartition("@")[2].casefold()
    return person.user_principal_name if domain in tenant_domains else None
