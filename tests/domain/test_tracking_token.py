"""The GUID in the links: it leads back to its user, and to nobody without the key."""

import contextlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tracking_token import candidate_object_ids, parse_token, tracking_token

KEY, OLD_KEY = bytes(range(32)), bytes(range(32, 64))
keys = st.binary(min_size=32, max_size=32)


@given(st.uuids(), keys)
def test_leads_back_to_its_user(object_id: UUID, key: bytes) -> None:
    """Whatever the ObjectId and the key, the token decrypts to the ObjectId."""
    token = tracking_token(str(object_id), key)
    assert candidate_object_ids(token, [key]) == [str(object_id)]


@given(st.uuids(), st.uuids(), keys)
def test_different_users_have_different_tokens(one: UUID, other: UUID, key: bytes) -> None:
    """Two users share a token only if they are the same."""
    assert (tracking_token(str(one), key) == tracking_token(str(other), key)) == (one == other)


@given(st.uuids())
def test_is_a_lower_case_guid_that_hides_its_user(object_id: UUID) -> None:
    """A token has a GUID's usual form, and isn't the ObjectId."""
    token = tracking_token(str(object_id), KEY)
    assert token == str(UUID(token))
    assert token != str(object_id)


def test_is_the_same_every_time() -> None:
    """A user's token under one key never changes, so old mails keep working."""
    object_id = "6e7b768e-07e2-4810-8459-485f84f8f204"
    assert tracking_token(object_id, KEY) == tracking_token(object_id.upper(), KEY)


def test_every_key_of_the_ring_is_tried_newest_first() -> None:
    """A token of an older key is found second under the new ring."""
    object_id = "6e7b768e-07e2-4810-8459-485f84f8f204"
    old = candidate_object_ids(tracking_token(object_id, OLD_KEY), [KEY, OLD_KEY])
    new = candidate_object_ids(tracking_token(object_id, KEY), [KEY, OLD_KEY])
    assert (old[1], new[0]) == (object_id, object_id)
    assert old[0] != object_id


def test_upper_case_is_read() -> None:
    """A link whose case some mail client has changed still works."""
    token = tracking_token("6e7b768e-07e2-4810-8459-485f84f8f204", KEY)
    read = candidate_object_ids(token.upper(), [KEY])
    assert read == ["6e7b768e-07e2-4810-8459-485f84f8f204"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "ada@contoso.example",
        "6e7b768e07e248108459485f84f8f204",
        "{6e7b768e-07e2-4810-8459-485f84f8f204}",
        "urn:uuid:6e7b768e-07e2-4810-8459-485f84f8f204",
        "6e7b768e-07e2-4810-8459-485f84f8f20",
        "6e7b768e-07e2-4810-8459-485f84f8f204x",
        "6e7b768e-07e2-4810-8459-485f84f8f2\u0662\u0664",
    ],
)
def test_anything_but_a_guid_is_refused(token: str) -> None:
    """Only the 8-4-4-4-12 form of ASCII digits is a token."""
    with pytest.raises(ValueError):  # noqa: PT011 - UUID's own words vary
        parse_token(token)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Every text is either a GUID or a ValueError."""
    with contextlib.suppress(ValueError):
        assert str(parse_token(text)) == text.strip().casefold()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_key_of_another_length_is_refused(length: int) -> None:
    """A key has 32 bytes; the message tells the length and not the key."""
    with pytest.raises(ValueError, match=f"32 bytes, not {length}"):
        tracking_token("6e7b768e-07e2-4810-8459-485f84f8f204", bytes(length))
