"""Which columns of an import name the person, by the headers that people's files have."""

import re

HEADERS = ("UPN", "UserPrincipalName", "Email")
"""What messages and help name; the others below are as good."""

# In this order: a user principal name is surer than an address, and a "user name" may be either.
_KNOWN = (
    "upn",
    "userprincipalname",
    "memberobjectidorupn",
    "email",
    "emailaddress",
    "mail",
    "workemail",
    "workemailaddress",
    "businessemail",
    "businessemailaddress",
    "companyemail",
    "primarysmtpaddress",
    "emailadresse",
    "adresseemail",
    "courriel",
    "username",
)
# Entra's templates: "User name [userPrincipalName] Required", whatever the language.
_BRACKETED = re.compile(r"[^\[\]]*\[(\w+)\][^\[\]]*")


def address_columns(cells: list[str]) -> tuple[int, ...]:
    """Return the places of the columns that may name a person, the surest first.

    Case, spaces and hyphens don't matter. None of them: this row isn't the header.
    """
    names = [_plain(cell) for cell in cells]
    return tuple(names.index(known) for known in _KNOWN if known in names)


def _plain(cell: str) -> str:
    bracketed = _BRACKETED.fullmatch(cell)
    name = bracketed[1] if bracketed else cell
    return "".join(letter for letter in name.casefold() if letter.isalnum())
