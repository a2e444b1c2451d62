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
