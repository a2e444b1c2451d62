"""A right that was granted since a token was made stands in a newer one, which is looked for."""

import asyncio
from datetime import timedelta
from pathlib import Path

from graph.sign_in.tokens import TokenSource
from tests.graph.http.peer import Answer, Peer
from tests.graph.sign_in.entra import discovery, granted, signing_in


async def test_what_was_granted_since_is_in_a_newer_token(entra: Peer, bundle: Path) -> None:
    """However many calls are denied, one new token is fetched for all, and used from then on."""
    entra.answers(discovery(entra), granted("t1"), granted("t2"))
    with signing_in(entra, bundle, young=timedelta(0)) as source:
        await source.token()
        assert await asyncio.gather(*(source.newer("t1") for _ in range(20))) == ["t2"] * 20
        assert await source.token() == "t2"
    assert entra.unspoken == 0


async def test_a_young_token_has_no_newer_one(entra: Peer, source: TokenSource) -> None:
    """A right that lacks doesn't make each call that is denied ask for another token."""
    entra.answers(discovery(entra), granted("t1"))
    await source.token()
    assert [await source.newer("t1") for _ in range(3)] == [None] * 3
    assert len(entra.asked) == 2


async def test_the_same_token_again_is_none(entra: Peer, bundle: Path) -> None:
    """Azure gives a managed identity the old token for a day: it would be denied again."""
    entra.answers(discovery(entra), granted("t1"), granted("t1"))
    with signing_in(entra, bundle, young=timedelta(0)) as source:
        await source.token()
        assert await source.newer("t1") is None
        assert await source.token() == "t1"


async def test_a_token_outlives_the_look_for_a_newer_one(entra: Peer, bundle: Path) -> None:
    """While Entra ID is away the denied token stays good for all that it allows."""
    away = Answer(status=503)
    entra.answers(discovery(entra), granted("t1"), *[away] * 3)
    with signing_in(entra, bundle, young=timedelta(0)) as source:
        await source.token()
        assert await source.newer("t1") is None
        assert await source.token() == "t1"
