"""Which columns of an import name the person, by the headers that people's files have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from unicodedata import normalize

from domain.imports.header_names import (
    MAIL_ADDRESSES,
    OF_OTHERS,
    USER_NAMES,
    USER_PRINCIPAL_NAMES,
)

HEADERS = ("UPN", "UserPrincipalName", "Email")
"""What messages and help name; those of ``domain.imports.header_names`` are as good."""

# A user principal name is surer than an address, and a "user name" may be either.
_RANKS = {
    name: rank for rank, name in enumerate(chain(USER_PRINCIPAL_NAMES, MAIL_ADDRESSES, USER_NAMES))
}
# Turkish has two letters where others have one; capitals don't tell which it was.
_DOTLESS_I = "\u0131"
# Entra's templates: "User name [userPrincipalName] Required", whatever the language.
_BRACKETED = re.compile(r"[^\[\]]*\[(\w+)\][^\[\]]*")
# In which a header may be that was read letter by letter (``domain.imports.decoding``).
# So many columns are read in each of them: all those of a sheet would take minutes.
_MOST_IN_CODE_PAGES = 1_000
_CODE_PAGES = ("cp932", "gb18030", "big5", "cp949", "cp1250", "cp1251", "cp1254", "mac_roman")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumns:
    """The columns of a file, as it names them, and the places of those that name the people.

    ``used`` are in the order in which they are tried. Without a header there are no ``names``.
    """

    names: tuple[str, ...] = ()
    used: tuple[int, ...] = ()


def address_columns(cells: list[str]) -> tuple[int, ...]:
    """Return the places of the columns that may name a person, the surest first.

    Case, spaces and hyphens don't matter. None of them: this row isn't the header.
    """
    ranked = []
    for place, cell in enumerate(cells):
        names = islice(_names(cell), None if place < _MOST_IN_CODE_PAGES else 1)
        ranks = [_RANKS[name] for name in names if name in _RANKS]
        if ranks:
            ranked.append((min(ranks), place))
    return tuple(place for _, place in sorted(ranked))


def is_of_others(header: str) -> bool:
    """Say whether a header names the addresses of others, such as managers, or private ones."""
    return any(part in name for name in _names(header) for part in OF_OTHERS)


def _names(cell: str) -> Iterator[str]:
    """Give what a header may say, without case, blanks and punctuation."""
    bracketed = _BRACKETED.fullmatch(cell)
    name = bracketed[1] if bracketed else cell
    yield _plain(name)
    if name.isascii():
        return
    for codec in ("cp1252", "latin-1"):
        for code_page in _CODE_PAGES:
            try:
                yield _plain(name.encode(codec).decode(code_page))
            except UnicodeError:
                continue


def _plain(name: str) -> str:
    name = normalize("NFKC", normalize("NFKC", name).casefold()).replace(_DOTLESS_I, "i")
    return "".join(letter for letter in name if letter.isalnum())
