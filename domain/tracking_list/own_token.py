"""Tokens of our own on the list: histories and tables name none, only that the row has one.

A token is made where it is needed: in a mail, and in the row's column. So it is always of a key
that is in use, and whoever reads a history learns no link.
"""

from collections.abc import Mapping, Sequence

from domain.tracking_list.columns import OWN_TOKEN, Fields, Value
from domain.tracking_list.row import token_in
from domain.tracking_token import tracking_token


def is_ours(token: str, object_id: str, keys: Sequence[bytes]) -> bool:
    """Say whether we have made a token for this person, under any key of the ring."""
    return token.casefold() in {tracking_token(object_id, key) for key in keys}


def with_own_token(fields: Fields, object_id: str, key: bytes) -> Fields:
    """Return the columns as they are written to the list, the token made with a key."""
    if fields.get("TrackingToken") != OWN_TOKEN:
        return fields
    return {**fields, "TrackingToken": tracking_token(object_id, key)}


def as_on_list(
    written: Mapping[str, Value], row: Mapping[str, object], object_id: str, keys: Sequence[bytes]
) -> dict[str, Value]:
    """Return what a row should hold, given what it holds: a token under any key will do.

    Args:
        written: the columns as histories and tables have them.
        row: the columns on the list.
        object_id: whose row it is.
        keys: the ring, the newest first.
    """
    token = token_in(row)
    if written.get("TrackingToken") == OWN_TOKEN and token and is_ours(token, object_id, keys):
        return {**written, "TrackingToken": token}
    return with_own_token(dict(written), object_id, keys[0])
