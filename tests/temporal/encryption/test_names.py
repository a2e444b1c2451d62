"""User principal names in search attributes: in clear, or as a keyed hash."""

from base64 import b64encode

import pytest

from temporal.encryption.environment import encryption_of
from temporal.encryption.names import UserPrincipalNames, is_hashed

OLD, NEW = bytes(range(32)), bytes(range(100, 132))
ADA = "Ada@contoso.example"
HIDDEN = UserPrincipalNames((NEW, OLD))


def test_a_name_in_clear_is_found_as_it_is_and_in_lower_case() -> None:
    """By default the attribute is the name, bounded to what Temporal takes."""
    names = UserPrincipalNames()
    assert names.attribute(ADA) == ADA
    assert len(names.attribute("a" * 300)) == 255
    assert names.condition(ADA) == (
        "UserPrincipalName IN ('Ada@contoso.example', 'ada@contoso.example')"
    )
    assert names.condition("o'neill") == r"UserPrincipalName IN ('o\'neill')"
    assert names.shown_condition(ADA) == 'UserPrincipalName = "Ada@contoso.example"'


def test_a_hidden_name_is_the_same_hash_in_any_case() -> None:
    """Whoever has no key can't tell whose it is, and no name looks like one."""
    hidden = HIDDEN.attribute(ADA)
    assert hidden == HIDDEN.attribute(ADA.upper()) == "upn-19736512dd4941df406f52b7cb18a12f"
    assert hidden != UserPrincipalNames((OLD,)).attribute(ADA)
    assert is_hashed(hidden)
    assert (HIDDEN.hidden(ADA), UserPrincipalNames().hidden(ADA)) == (hidden, None)
    assert HIDDEN.shown_condition(ADA) == f'UserPrincipalName = "{hidden}"'


@pytest.mark.parametrize("upn", [ADA, "upn-@contoso.example", "ada", ""])
def test_a_name_is_not_taken_for_a_hash(upn: str) -> None:
    """A hash has a mark in front and no ``@``."""
    assert not is_hashed(upn)


def test_a_hidden_name_is_looked_for_under_each_key() -> None:
    """Whoever was enrolled under an older key, or before names were hidden, is found as well."""
    wanted = [
        HIDDEN.attribute(ADA),
        UserPrincipalNames((OLD,)).attribute(ADA),
        ADA,
        ADA.casefold(),
    ]
    quoted = ", ".join(f"'{one}'" for one in wanted)
    assert HIDDEN.condition(ADA) == f"UserPrincipalName IN ({quoted})"


@pytest.mark.parametrize(
    ("searchable", "keys"), [(None, ()), ("on", ()), ("off", (NEW, OLD)), ("OFF", (NEW, OLD))]
)
def test_names_are_hidden_where_that_is_set(
    searchable: str | None, keys: tuple[bytes, ...]
) -> None:
    """``SEARCHABLE_UPN=off`` hides them with the keys of the payloads."""
    environment = {"PAYLOAD_KEYS": ", ".join(b64encode(key).decode() for key in (NEW, OLD))}
    if searchable is not None:
        environment["SEARCHABLE_UPN"] = searchable
    encryption = encryption_of(environment)
    assert encryption is not None
    assert encryption.names.keys == keys
