"""Tokens of our own: made where the row is written, and known again on the list."""

import pytest

from domain.tracking_list.columns import OWN_TOKEN, Fields
from domain.tracking_list.own_token import as_on_list, is_ours, with_own_token
from domain.tracking_list.row import token_in
from domain.tracking_token import tracking_token
from tests.domain.enrolment.states import OBJECT_ID

OTHER = "11111111-2222-4333-8444-555555555555"
OLD, NEW, DROPPED = b"o" * 32, b"n" * 32, b"d" * 32


def made(key: bytes) -> str:
    """Return the person's token under a key."""
    return tracking_token(OBJECT_ID, key)


def test_a_token_is_ours_under_any_key_and_for_one_person() -> None:
    """Capitals don't matter, whose it is does."""
    assert is_ours(made(OLD).upper(), OBJECT_ID, [NEW, OLD])
    assert not is_ours(made(OLD), OBJECT_ID, [NEW])
    assert not is_ours(made(OLD), OTHER, [NEW, OLD])


def test_the_mark_is_no_token() -> None:
    """Nothing that reads tokens takes it for one."""
    assert OWN_TOKEN == "own"
    assert token_in({"TrackingToken": OWN_TOKEN}) is None


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"TrackingToken": OWN_TOKEN, "Title": "a"}, {"TrackingToken": made(NEW), "Title": "a"}),
        ({"TrackingToken": OTHER}, {"TrackingToken": OTHER}),
        ({"TrackingToken": None}, {"TrackingToken": None}),
        ({"Title": "a"}, {"Title": "a"}),
    ],
    ids=["ours", "an older system's", "void", "not written"],
)
def test_only_a_mark_becomes_a_token(fields: Fields, written: Fields) -> None:
    """An older system's token, and a column that is emptied, are written as they are."""
    assert with_own_token(fields, OBJECT_ID, NEW) == written


@pytest.mark.parametrize(
    ("mark", "there", "expected"),
    [
        (OWN_TOKEN, made(NEW), made(NEW)),
        (OWN_TOKEN, made(OLD), made(OLD)),
        (OWN_TOKEN, made(OLD).upper(), made(OLD).upper()),
        (OWN_TOKEN, made(DROPPED), made(NEW)),
        (OWN_TOKEN, "", made(NEW)),
        (OTHER, made(NEW), OTHER),
        (None, made(NEW), None),
    ],
)
def test_a_row_may_hold_a_token_under_any_key(
    mark: str | None, there: str, expected: str | None
) -> None:
    """Only a token of a dropped key, or none, is written anew."""
    row = {"TrackingToken": there, "Title": "b"}
    found = as_on_list({"TrackingToken": mark, "Title": "a"}, row, OBJECT_ID, [NEW, OLD])
    assert found == {"TrackingToken": expected, "Title": "a"}
