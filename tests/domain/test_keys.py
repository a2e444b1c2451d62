"""Names of keys, keys for one purpose, and what is sealed with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keys import key_for, key_id
from domain.sealed_text import seal, unseal

KEY = bytes(range(32))
OTHER = bytes(range(100, 132))


def test_a_key_has_one_short_name() -> None:
    """The name is kept in payloads and mails, so it never changes; another key has another."""
    assert key_id(KEY) == "6f5f44f1"
    assert key_id(OTHER) == "629a58ae"


def test_a_purpose_has_a_key_of_its_own() -> None:
    """What is made with one of them says nothing about the others."""
    made = {key_for(KEY, "one"), key_for(KEY, "another"), key_for(OTHER, "one"), KEY}
    assert len(made) == 4
    assert {len(key) for key in made} == {32}
    assert key_for(KEY, "sealed text").hex()[:16] == "4a449f19c0ce2a29"


@given(st.text())
def test_what_is_sealed_is_read_by_any_key_of_the_ring(text: str) -> None:
    """The first key seals, and each of the ring opens what it sealed."""
    expected = text.encode(errors="replace").decode()
    assert unseal(seal(text, [OTHER, KEY]), [KEY, OTHER]) == expected


def test_what_was_sealed_before_is_read() -> None:
    """Texts wait in histories, so how they are sealed never changes."""
    sealed = "qY9GAFVoYtJVMXoFmmFMqGtsSty_I94yuaqE17PbEd3jhmqBmMXSmc7o-QBIgGI="
    assert unseal(sealed, [OTHER, KEY]) == "ada@contoso.example"


@pytest.mark.parametrize(
    "sealed",
    ["", "no base64!", "AAAA", seal("ada@contoso.example", [OTHER])],
    # What is sealed differs each time, so no test may be called by it.
    ids=["empty", "no base64", "too short", "another key"],
)
def test_what_no_key_has_sealed_is_nothing(sealed: str) -> None:
    """Neither broken text nor what a dropped key sealed is an error."""
    assert unseal(sealed, [KEY]) is None


def test_a_seal_says_nothing() -> None:
    """The same address is sealed to another text each time, and not even its first letters show."""
    first, second = seal("ada@contoso.example", [KEY]), seal("ada@contoso.example", [KEY])
    assert first != second
    assert "ada" not in first
