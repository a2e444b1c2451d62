"""The tenant's published keys: read when needed, kept, and not asked for at anybody's whim."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from api.admin.signing_keys import KeysUnavailable, SigningKeys
from simulated_tenant.entra.keys import SigningKey
from tests.graph.http.peer import Answer, Peer, scripted_peer

OLD, NEW = SigningKey(), SigningKey()
MINUTE = 60.0
DAY = timedelta(hours=24).total_seconds()


class Stage:
    """Keys whose clock is the test's, and the peer that publishes them."""

    def __init__(self, peer: Peer, http: httpx.AsyncClient) -> None:
        """Begin at second zero."""
        self.now = 0.0
        self.peer = peer
        self.keys = SigningKeys(http, f"{peer.origin}/keys", clock=lambda: self.now)

    def publishes(self, *keys: SigningKey, **more: object) -> None:
        """Let the next answer hold these keys."""
        entries = [entry for key in keys for entry in key.jwks()["keys"]]
        self.peer.answers(Answer(body={"keys": entries, **more}))

    async def knows(self, key: SigningKey) -> bool:
        """Say whether a key is one of the tenant's."""
        return await self.keys.key(key.key_id) is not None


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return keys that nobody has asked for yet."""
    async with scripted_peer() as peer, httpx.AsyncClient(trust_env=False) as http:
        yield Stage(peer, http)


async def test_keys_are_read_once(stage: Stage) -> None:
    """Many callers at once share one answer, and it is kept."""
    stage.publishes(OLD)
    assert await asyncio.gather(*(stage.knows(OLD) for _ in range(20))) == [True] * 20
    stage.now = DAY - 1
    assert await stage.knows(OLD)
    assert len(stage.peer.asked) == 1


async def test_a_new_key_is_looked_up(stage: Stage) -> None:
    """When the tenant rolls its keys, tokens signed with the new one are good at once."""
    stage.publishes(OLD)
    assert await stage.knows(OLD)
    stage.now = MINUTE
    stage.publishes(OLD, NEW)
    assert await stage.knows(NEW)
    assert len(stage.peer.asked) == 2


async def test_made_up_keys_ask_once_a_minute(stage: Stage) -> None:
    """Whoever invents key ids makes us ask no more than once a minute."""
    stage.publishes(OLD)
    stage.publishes(OLD)
    for second in (0, 1, 30, 59.9):
        stage.now = second
        assert await stage.keys.key(f"made-up-{second}") is None
    assert len(stage.peer.asked) == 1
    stage.now = MINUTE
    assert await stage.keys.key("made-up") is None
    assert len(stage.peer.asked) == 2


async def test_a_withdrawn_key_is_forgotten(stage: Stage) -> None:
    """After a day the keys are read again, and one that is gone opens nothing."""
    stage.publishes(OLD)
    assert await stage.knows(OLD)
    stage.now = DAY
    stage.publishes(NEW)
    assert not await stage.knows(OLD)


async def test_an_outage_costs_only_unknown_keys(stage: Stage) -> None:
    """Keys that were read stay good; an unknown one can't be judged, and that is said."""
    stage.publishes(OLD)
    assert await stage.knows(OLD)
    stage.now = DAY
    stage.peer.answers(Answer(status=500), Answer(status=302, headers={"Location": "http://x"}))
    assert await stage.knows(OLD)
    stage.now = DAY + MINUTE
    with pytest.raises(KeysUnavailable):
        await stage.knows(NEW)
    stage.now = DAY + 2 * MINUTE
    stage.publishes(NEW)
    assert await stage.knows(NEW)


@pytest.mark.parametrize("body", ["rubbish", [], {"keys": 7}, {"keys": [7]}, {"keys": None}])
async def test_rubbish_is_an_outage(stage: Stage, body: object) -> None:
    """What isn't a key set is no reason to lock anybody out for ever."""
    stage.peer.answers(Answer(body=body))
    with pytest.raises(KeysUnavailable):
        await stage.knows(OLD)


async def test_other_keys_are_left_out(stage: Stage) -> None:
    """Keys for encryption, of other kinds, or broken ones don't get in the way."""
    (good,) = OLD.jwks()["keys"]
    odd = [
        good | {"kid": "enc", "use": "enc"},
        {"kty": "EC", "kid": "ec"},
        {"kty": "oct", "kid": "oct", "k": "AAAA"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "n": "x"},
    ]
    stage.peer.answers(Answer(body={"keys": [*odd, good]}))
    assert await stage.knows(OLD)
    for kid in ("enc", "ec", "oct", "broken"):
        assert await stage.keys.key(kid) is None
