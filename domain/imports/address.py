"""What one cell of an import names: a user principal name, a mail address or an ObjectId."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email

from domain.imports.reasons import RowReason
from domain.imports.rows import RowFault
from domain.plain_text import bounded_line, without_invisible

# What nearly every address looks like; the rest is left to email-validator, which takes 40 µs.
_PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*")
_LONGEST = 254
# What a column of addresses is known by: any address that counts looks like this.
_LIKE_ADDRESS = re.compile(r"[^\s@]+@(?:[^\s@]+[.\u3002][^\s@]+|test)", re.IGNORECASE)
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s;,]+")
# So alike have two names to be that one is mistaken for the other: a letter or two of a usual one.
_ALIKE = 0.75
# Some systems write ="…" so that Excel takes a cell for text.
_AS_TEXT = re.compile(r'="(.*)"')
# Of an Exchange export's ``proxyAddresses``, and of a link that was copied.
_SCHEME = re.compile(r"(?:smtp|mailto|sip):\s*", re.IGNORECASE)
# Quotes, of which Excel's mark of a text is one, and what separated the cell from its neighbour.
_AROUND = "\"'`\u2018\u2019\u201c\u201d\u00b4,; \t\r\n"

NO_ADDRESS = RowFault(RowReason.NO_ADDRESS)


def cleaned(cell: str) -> str:
    """Return a cell without the wrapping that spreadsheets and copying put around it."""
    as_text = _AS_TEXT.fullmatch(cell)
    text = normalize("NFKC", without_invisible(as_text[1] if as_text else cell)).strip(_AROUND)
    return _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text


def is_object_id(text: str) -> bool:
    """Say whether this is an ObjectId of the directory."""
    return _OBJECT_ID.fullmatch(text) is not None


def nearest(address: str, names: Iterable[str], *, at_most: int = 3) -> tuple[str, ...]:
    """Return the names that an address may have been meant for, the likest first."""
    folded = {name.casefold(): name for name in names}
    alike = get_close_matches(address.casefold(), folded, n=at_most, cutoff=_ALIKE)
    return tuple(folded[name] for name in alike)


def looks_like_address(text: str) -> bool:
    """Say whether a cleaned cell has the form of an address: a quick look, for whole columns."""
    return len(text) <= _LONGEST and _LIKE_ADDRESS.fullmatch(text) is not None


def may_name_somebody(text: str) -> bool:
    """Say whether a cleaned cell has no fault, quicker than ``fault_of`` tells which it has."""
    if is_object_id(text):
        return True
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _LONGEST or not _may_be_domain(domain):
        return False
    return _PLAIN_LOCAL_PART.fullmatch(local) is not None or _refusal(text) is None


def fault_of(text: str) -> RowFault | None:
    """Return why a cleaned cell names nobody, None where it may name somebody."""
    if not text:
        return NO_ADDRESS
    if may_name_somebody(text):
        return None
    if "<" in text:
        return RowFault(RowReason.NAME_AND_ADDRESS)
    if _are_several(text):
        return RowFault(RowReason.SEVERAL_ADDRESSES)
    return _refusal(text)


def _are_several(text: str) -> bool:
    """Say whether two addresses or more stand here, in a time that grows as the text does."""
    return sum("@" in one[1:-1] for one in _BETWEEN.split(text)) > 1


# A company has few domains; somebody who makes up thousands fills no memory.
@lru_cache(maxsize=1_000)
def _may_be_domain(domain: str) -> bool:
    return _refusal(f"a@{domain}") is None


def _refusal(text: str) -> RowFault | None:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        # It may name each letter of a cell.
        return RowFault(RowReason.NOT_AN_ADDRESS, bounded_line(str(error)))
    return None
