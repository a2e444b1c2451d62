"""The payload codec: what it hides, who reads it again, and what is said where nobody can."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter

from domain.keys import key_id
from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import KEY_ID, PayloadEncryption
from temporal.encryption.environment import encryption_of
from temporal.encryption.unreadable import UnreadablePayload

OLD, NEW = bytes(range(32)), bytes(range(100, 132))
SECRET = "ada@contoso.example"
Change = Callable[[Payload], Payload]


def with_keys(*ring: bytes) -> DataConverter:
    """Return a converter with a ring of keys; without any it encrypts nothing."""
    return replace(DATA_CONVERTER, payload_codec=PayloadEncryption(ring) if ring else None)


@given(
    st.dictionaries(st.text(), st.binary(), max_size=3).filter(lambda one: "encoding" not in one),
    st.binary(),
)
async def test_every_payload_comes_back(metadata: dict[str, bytes], data: bytes) -> None:
    """Whatever it holds, it is decrypted to the same payload, and shows nothing meanwhile."""
    payload = Payload(metadata=metadata, data=data)
    codec = PayloadEncryption([NEW])
    (encrypted,) = await codec.encode([payload])
    assert set(encrypted.metadata) == {"encoding", KEY_ID}
    assert encrypted.data != data
    assert await codec.decode([encrypted]) == [payload]
    assert await codec.encode([encrypted]) == [encrypted]


async def test_a_value_is_hidden_under_a_key_that_is_named() -> None:
    """The form is that of Temporal's samples; the same value looks different each time."""
    first, second = await with_keys(NEW, OLD).encode([SECRET, SECRET])
    assert first.metadata == {"encoding": b"binary/encrypted", KEY_ID: key_id(NEW).encode()}
    assert SECRET.encode() not in first.data
    assert first.data[:12] != second.data[:12]
    assert (
        len(first.data)
        == 12 + len((await DATA_CONVERTER.encode([SECRET]))[0].SerializeToString()) + 16
    )


@pytest.mark.parametrize(
    ("writers", "readers"),
    [((NEW,), (NEW, OLD)), ((OLD,), (NEW, OLD)), ((NEW, OLD), (NEW,)), ((), (NEW, OLD))],
    ids=["newest key", "older key", "older key dropped", "from before encryption"],
)
async def test_a_ring_reads_what_its_keys_wrote(
    writers: tuple[bytes, ...], readers: tuple[bytes, ...]
) -> None:
    """The first key encrypts and all decrypt; what was never encrypted is read as it is."""
    payloads = await with_keys(*writers).encode([SECRET])
    assert await with_keys(*readers).decode(payloads, [str]) == [SECRET]


@pytest.mark.parametrize("readers", [(NEW,), ()], ids=["another key", "no key"])
async def test_a_missing_key_is_a_sentence(readers: tuple[bytes, ...]) -> None:
    """Who lacks the key learns which setting to change."""
    payloads = await with_keys(OLD).encode([SECRET])
    with pytest.raises(UnreadablePayload, match="PAYLOAD_KEYS") as refused:
        await with_keys(*readers).decode(payloads, [str])
    assert (key_id(OLD) in str(refused.value)) is bool(readers)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: Payload(metadata=one.metadata, data=one.data[:-1]),
        lambda one: Payload(metadata=one.metadata, data=b""),
        lambda one: Payload(metadata={**one.metadata, KEY_ID: key_id(OLD).encode()}, data=one.data),
    ],
    ids=["cut", "empty", "renamed key"],
)
async def test_a_changed_payload_is_refused(change: Change) -> None:
    """Neither its content nor the name of its key can be changed unnoticed."""
    (payload,) = await with_keys(NEW).encode([SECRET])
    with pytest.raises(UnreadablePayload, match="changed"):
        await with_keys(NEW, OLD).decode([change(payload)], [str])


async def test_what_another_program_encrypted_names_no_key() -> None:
    """A name that can't be one of ours isn't repeated: anybody may have written it."""
    made_up = Payload(metadata={"encoding": b"binary/encrypted", KEY_ID: b"\xff<b>"}, data=b"x")
    with pytest.raises(UnreadablePayload, match="the key of another program,"):
        await with_keys(NEW).decode([made_up])


def test_encryption_is_off_by_default() -> None:
    """Without keys there is no codec at all, so nothing is paid for it."""
    assert encryption_of({}) is None
    assert encryption_of({"PAYLOAD_KEYS": "", "SEARCHABLE_UPN": "off"}) is None


def test_a_ring_has_keys_of_the_right_length() -> None:
    """An empty ring, or a key of another length, is refused when the process starts."""
    for ring in ([], [b"short"]):
        with pytest.raises(ValueError, match="key"):
            PayloadEncryption(ring)
