"""Tokens come from real msal over TLS; every refusal says what to do."""

import asyncio
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from domain.failures import RolloutError, ServiceUnavailable, SignInFailed, Throttled
from graph.sign_in.tokens import TokenSource
from tests.graph.http.peer import Answer, Peer, scripted_peer
from tests.graph.sign_in.entra import SECRET, TENANT, discovery, granted, refused, signing_in


async def test_a_token_is_asked_for_once(entra: Peer, source: TokenSource) -> None:
    """Many callers at once share one token, one discovery and one request for it."""
    entra.answers(discovery(entra), granted("t1"))

    assert await asyncio.gather(*(source.token() for _ in range(20))) == ["t1"] * 20
    assert entra.targets == [
        f"GET /{TENANT}/v2.0/.well-known/openid-configuration",
        f"POST /{TENANT}/oauth2/v2.0/token",
    ]
    form = parse_qs(entra.asked[1].body.decode())
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == ["https://graph.microsoft.com/.default"]


async def test_a_rejected_token_is_replaced_once_for_all(entra: Peer, source: TokenSource) -> None:
    """However many calls a revoked token fails at once, one new token is fetched."""
    entra.answers(discovery(entra), granted("t1"), granted("t2"))
    await source.token()

    assert await asyncio.gather(*(source.refresh("t1") for _ in range(20))) == ["t2"] * 20
    assert await source.token() == "t2"
    assert entra.unspoken == 0
    assert len(entra.asked) == 3


async def test_a_token_that_is_rejected_at_once_is_not_replaced_for_each_call(
    entra: Peer, source: TokenSource
) -> None:
    """Where Graph refuses the app itself, thousands of calls ask Entra ID for no token each."""
    entra.answers(discovery(entra), granted("t1"), granted("t2"))
    await source.token()

    assert await source.refresh("t1") == "t2"
    assert [await source.refresh("t2") for _ in range(20)] == ["t2"] * 20
    assert await source.token() == "t2"
    assert len(entra.asked) == 3


async def test_a_short_lived_token_is_used_for_half_its_life(
    entra: Peer, source: TokenSource
) -> None:
    """A token that msal counts as expired from the start doesn't cost a request for each call."""
    entra.answers(discovery(entra), granted("t1", seconds=120))

    assert [await source.token() for _ in range(3)] == ["t1"] * 3
    assert len(entra.asked) == 2


async def test_a_token_without_life_is_not_kept(entra: Peer, source: TokenSource) -> None:
    """A token that expires at once is asked for anew at each call."""
    entra.answers(discovery(entra), granted("t1", seconds=0), granted("t2"))

    assert [await source.token() for _ in range(2)] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (7000215, "CLIENT_SECRET"),
        (7000222, "expired"),
        (700016, "CLIENT_ID"),
        (90002, "TENANT_ID"),
        (90038, "MICROSOFT_CLOUD"),
        (700025, "public client"),
        (7000218, "CLIENT_CERTIFICATE_FILE"),
        (530032, "Conditional Access"),
        (700027, "CLIENT_CERTIFICATE_FILE"),
        (12345, "TENANT_ID, CLIENT_ID and what the app signs in with"),
    ],
)
async def test_a_refusal_names_its_number_and_remedy(
    entra: Peer, source: TokenSource, number: int, remedy: str
) -> None:
    """Each refusal says what is wrong, without Entra ID's text and without the secret."""
    entra.answers(discovery(entra), refused(number))

    with pytest.raises(SignInFailed, match=remedy) as raised:
        await source.token()
    assert raised.value.code == f"AADSTS{number}"
    assert f"AADSTS{number}" in str(raised.value)
    assert SECRET not in str(raised.value)
    assert "ada" not in str(raised.value)


async def test_a_refusal_is_not_remembered(entra: Peer, source: TokenSource) -> None:
    """Once the secret is right at Entra ID, the next call gets its token."""
    entra.answers(discovery(entra), refused(7000215), granted("t1"))

    with pytest.raises(SignInFailed):
        await source.token()
    assert await source.token() == "t1"


@pytest.mark.parametrize("number", [50033, 90012, 90033, 90055, 90090, 90091])
async def test_a_passing_refusal_is_a_passing_failure(
    entra: Peer, source: TokenSource, number: int
) -> None:
    """Entra ID reports some outages in the form of refusals; they are none."""
    entra.answers(discovery(entra), refused(number, 400, "invalid_request"))

    with pytest.raises(ServiceUnavailable, match=f"AADSTS{number}"):
        await source.token()


@pytest.mark.parametrize("status", [400, 404])
async def test_an_unknown_tenant_is_named(entra: Peer, source: TokenSource, status: int) -> None:
    """A tenant without configuration is a wrong TENANT_ID."""
    entra.answers(refused(90002, status, "invalid_tenant"))

    with pytest.raises(SignInFailed, match="TENANT_ID"):
        await source.token()


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (
            Answer(status=429, headers={"Retry-After": "1.5"}, body={}),
            Throttled("", retry_after=timedelta(seconds=1.5)),
        ),
        (Answer(status=429, body="<html>"), Throttled("")),
        (
            Answer(status=503, headers={"Retry-After": "7"}, body={}),
            ServiceUnavailable("", retry_after=timedelta(seconds=7)),
        ),
        (Answer(status=502, body="<html>"), ServiceUnavailable("")),
        (Answer(body="<html>Welcome to the hotel</html>"), ServiceUnavailable("")),
        (Answer(cut=True), ServiceUnavailable("")),
    ],
)
@pytest.mark.parametrize("at_discovery", [True, False])
async def test_an_outage_passes(
    entra: Peer, source: TokenSource, answer: Answer, failure: RolloutError, at_discovery: bool
) -> None:
    """Whatever isn't Entra ID's own refusal is a passing failure, and the next call works."""
    tenant = discovery(entra)
    entra.answers(*([answer, tenant] if at_discovery else [tenant, answer]), granted("t1"))

    with pytest.raises(type(failure)) as raised:
        await source.token()
    assert type(raised.value) is type(failure)
    assert raised.value.retry_after == failure.retry_after
    assert raised.value.__cause__ is None
    assert await source.token() == "t1"


async def test_the_secret_is_not_redirected(entra: Peer, source: TokenSource) -> None:
    """A redirect of the token request isn't followed: the secret would go along."""
    elsewhere = Answer(status=307, headers={"Location": f"{entra.origin}/elsewhere"})
    entra.answers(discovery(entra), elsewhere, granted("t1"))

    with pytest.raises(ServiceUnavailable):
        await source.token()
    assert [asked.method for asked in entra.asked] == ["GET", "POST"]


async def test_an_outage_keeps_the_aging_token(entra: Peer, bundle: Path) -> None:
    """A renewal that fails falls back to the token that is still good."""
    aging = {"token_type": "Bearer", "access_token": "t1", "expires_in": 3600, "refresh_in": -1}
    entra.answers(discovery(entra), Answer(body=aging), Answer(status=503, body="<html>"))
    with signing_in(entra, bundle, memory=timedelta()) as source:
        assert [await source.token() for _ in range(2)] == ["t1", "t1"]
    assert entra.unspoken == 0


async def test_an_untrusted_certificate_is_named(entra: Peer) -> None:
    """Without the bundle the authority isn't trusted, and the message says which setting helps."""
    with (
        signing_in(entra, bundle=None) as source,
        pytest.raises(ServiceUnavailable, match="CA_BUNDLE"),
    ):
        await source.token()
    assert entra.asked == []


async def test_an_authority_without_tls_is_refused() -> None:
    """A secret never goes over plain http."""
    async with scripted_peer() as plain:
        with signing_in(plain, None) as source, pytest.raises(SignInFailed, match="https"):
            await source.token()
        assert plain.asked == []


async def test_a_closed_port_is_a_passing_failure() -> None:
    """Where nobody listens the sign-in fails for now."""
    async with scripted_peer() as gone:
        gone.origin = gone.origin.replace("http:", "https:")
    with signing_in(gone, None) as source, pytest.raises(ServiceUnavailable, match="reached"):
        await source.token()


async def test_environment_variables_do_not_win(
    entra: Peer, source: TokenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bundles and proxies of the environment are not looked at."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    entra.answers(discovery(entra), granted("t1"))

    assert await source.token() == "t1"
