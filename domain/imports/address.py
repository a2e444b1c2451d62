"""What one cell of an import names: a user principal name, a mail address or an ObjectId."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from domain.imports.reasons import RowReason
from domain.imports.rows import RowFault

# What nearly every address looks like; the rest is left to email-validator, which takes 40 µs.
_PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*")
_LONGEST = 254
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SEVERAL = re.compile(r"\S+@\S+[\s;,]+\S+@\S+")
# Some systems write ="…" so that Excel takes a cell for text.
_AS_TEXT = re.compile(r'="(.*)"')
# Pasted along with an address, and seen by nobody.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def cleaned(cell: str) -> str:
    """Return a cell without the wrapping that spreadsheets put around it."""
    as_text = _AS_TEXT.fullmatch(cell)
    return (as_text[1] if as_text else cell).strip().strip(_INVISIBLE).strip()


def is_object_id(text: str) -> bool:
    """Say whether this is an ObjectId of the directory."""
    return _OBJECT_ID.fullmatch(text) is not None


def fault_of(text: str) -> RowFault | None:
    """Return why a cleaned cell names nobody, None where it may name somebody."""
    if not text:
        return RowFault(RowReason.NO_ADDRESS)
    if is_object_id(text) or _is_plain(text):
        return None
    if "<" in text:
        return RowFault(RowReason.NAME_AND_ADDRESS)
    if _SEVERAL.search(text):
        return RowFault(RowReason.SEVERAL_ADDRESSES)
    return _refusal(text)


def _is_plain(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return (
        _PLAIN_LOCAL_PART.fullmatch(local) is not None
        and len(text) <= _LONGEST
        and _refusal_of_domain(domain) is None
    )


# A company has few domains; somebody who makes up thousands fills no memory.
@lru_cache(maxsize=1_000)
def _refusal_of_domain(domain: str) -> RowFault | None:
    return _refusal(f"a@{domain}")


def _refusal(text: str) -> RowFault | None:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return RowFault(RowReason.NOT_AN_ADDRESS, str(error))
    return None
