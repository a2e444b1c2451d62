"""How a user principal name stands in its search attribute: as it is, or as a keyed hash.

Search attributes are never encrypted: Temporal has to compare them.
"""

import hashlib
import hmac
from dataclasses import dataclass

from domain import identifiers
from domain.keys import key_for
from domain.plain_text import bounded_line
from temporal.visibility import equal_any

_PURPOSE = "user principal names in search attributes"
_MARK = "upn-"
_HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class UserPrincipalNames:
    """Writes names into the search attribute, and asks for them; the only place that does.

    ``keys`` are those of ``PAYLOAD_KEYS``, the newest first, where ``SEARCHABLE_UPN`` is off.
    Without keys names are as they are.
    """

    keys: tuple[bytes, ...] = ()

    def attribute(self, upn: str) -> str:
        """Return what the search attribute of somebody of this name holds."""
        return _hashed(upn, self.keys[0]) if self.keys else bounded_line(upn)

    def hidden(self, upn: str) -> str | None:
        """Return what stands in place of this name, None where names are as they are."""
        return self.attribute(upn) if self.keys else None

    def condition(self, upn: str) -> str:
        """Return the condition of a query for people of this name.

        A name that isn't hashed is found as it was written, and in lower case.
        """
        return equal_any(
            identifiers.USER_PRINCIPAL_NAME,
            [*(_hashed(upn, key) for key in self.keys), *dict.fromkeys((upn, upn.casefold()))],
        )

    def shown_condition(self, upn: str) -> str:
        """Return the query for the Temporal UI that finds somebody of this name."""
        return f'{identifiers.USER_PRINCIPAL_NAME} = "{self.attribute(upn)}"'


def is_hashed(attribute: str) -> bool:
    """Say whether a search attribute holds a hash: no user principal name is without an ``@``."""
    return attribute.startswith(_MARK) and "@" not in attribute


def _hashed(upn: str, key: bytes) -> str:
    name = upn.casefold().encode(errors="surrogatepass")
    digest = hmac.digest(key_for(key, _PURPOSE), name, hashlib.sha256)
    return _MARK + digest[:_HASH_BYTES].hex()
