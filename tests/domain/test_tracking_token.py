"""The GUID in the links: it leads back to its user, and to nobody without the key."""

import contextlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tracking_token import (
    candidate_object_ids,
    candidates_of_all,
    parse_token,
    token_in_query,
    tracking_token,
)

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


@given(st.lists(st.uuids(), max_size=4), st.lists(keys, max_size=3))
def test_many_are_read_as_each_alone(tokens: list[UUID], ring: list[bytes]) -> None:
    """Reading tokens together changes nothing of what each means, whatever the ring."""
    together = candidates_of_all([str(token) for token in tokens], ring)
    assert together == [
        [UUID(candidate_object_ids(str(token), [key])[0]).hex for token in tokens] for key in ring
    ]


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


@given(st.uuids())
@pytest.mark.parametrize(
    "query",
    [
        *("token={}", "TOKEN={}", "token=3D{}", "token=3d3D{}", "token%3D{}", "amp;token={}"),
        *("token={}%27", "token='{}'", "token=%7B{}%7D", "token=%253C{}%253E", "token={}."),
        *("token={});,", "utm=1&token={}&x=2", "token=%E2%80%8B{}%EF%BB%BF", "token= {} "),
    ],
)
def test_is_found_in_what_mail_programs_make_of_a_link(query: str, token: UUID) -> None:
    """Whatever stands around it, in whatever case."""
    assert token_in_query(query.format(token).encode()) == str(token)
    assert token_in_query(query.format(str(token).upper()).encode()) == str(token)


@pytest.mark.parametrize("text", ["", "token=", "x={}", "token={}0", "token=9{}", "token=\xff%"])
def test_is_not_made_up(text: str) -> None:
    """Too many digits, another name, no GUID: there is no token."""
    guid = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
    assert token_in_query(text.format(guid).encode("latin-1")) is None


@pytest.mark.parametrize(
    "token",
    [
        "6e7b768e07e248108459485f84f8f204",
        "{6e7b768e-07e2-4810-8459-485f84f8f204}",
        "urn:uuid:6e7b768e-07e2-4810-8459-485f84f8f204",
    ],
)
def test_other_forms_of_a_guid_are_refused(token: str) -> None:
    """No link of ours has them."""
    with pytest.raises(ValueError, match="not a GUID in its usual form"):
        parse_token(token)
