"""Who gets in: real tokens of the tenant, over TLS, and every forgery that one can think of."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from structlog.testing import capture_logs
from temporalio.client import Client

from simulated_tenant.entra.keys import SigningKey
from tests.api.admin.admins import (
    ADMIN,
    OTHER_PROGRAM_ID,
    READER,
    STRANGER_ID,
    Entra,
    entra_of_contoso,
)
from tests.api.running import Api, running_api

PATH = "/api/users"
# Signed by a key of the same kind that the tenant doesn't have.
FOREIGN = SigningKey()


@pytest.fixture(scope="module")
async def entra() -> AsyncIterator[Entra]:
    """Serve a tenant."""
    async with entra_of_contoso() as entra:
        yield entra


@pytest.fixture
async def api(client: Client, tmp_path: Path, entra: Entra) -> AsyncIterator[Api]:
    """Run an API that trusts the tenant."""
    async with running_api(client, tmp_path, sign_in=entra.sign_in) as running:
        yield running


async def answer(api: Api, authorization: str | None) -> tuple[int, str, str]:
    """Knock; return the status, the challenge and the message. 415 means: let in."""
    headers = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    response = await api.http.post(PATH, content=b"x", headers=headers)
    challenge = response.headers.get("WWW-Authenticate", "")
    return response.status_code, challenge, response.json()["detail"]


async def test_an_admin_gets_in(api: Api, entra: Entra) -> None:
    """Who signed in and holds the role gets past the door, and so does a script with it."""
    person = await entra.person_token(ADMIN)
    for token in (person, await entra.app_token()):
        assert (await answer(api, f"Bearer {token}"))[0] == 415
    assert (await answer(api, f"bearer  {person} "))[0] == 415


@pytest.mark.parametrize("who", ["reader", "stranger", "no roles", "odd roles"])
async def test_the_role_decides(api: Api, entra: Entra, who: str) -> None:
    """A good token without the role is 403, which names the role and nothing else."""
    match who:
        case "reader":
            token = await entra.person_token(READER)
        case "stranger":
            token = await entra.app_token(STRANGER_ID)
        case "no roles":
            token = entra.tenant.tokens.issue(entra.claims(roles=None))
        case _:
            token = entra.tenant.tokens.issue(entra.claims(roles="Rollout.Admin"))

    status, challenge, message = await answer(api, f"Bearer {token}")

    assert (status, challenge) == (403, 'Bearer error="insufficient_scope"')
    assert message == "This needs the app role Rollout.Admin."


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic YTpi"])
async def test_without_a_token(api: Api, authorization: str | None) -> None:
    """No token is 401 with a plain challenge, as RFC 6750 has it."""
    status, challenge, _ = await answer(api, authorization)
    assert (status, challenge) == (401, "Bearer")


def _hs256(claims: dict[str, Any], header: dict[str, Any], secret: bytes) -> str:
    """Sign as nobody should: with the public key as a shared secret."""
    parts = [_b64(json.dumps(part).encode()) for part in (header, claims)]
    signature = hmac.new(secret, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _b64(signature)])


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _forged(entra: Entra, how: str) -> str:
    """Make a token that would be an admin's, but for one thing."""
    key, tokens, claims = entra.tenant.key, entra.tenant.tokens, entra.claims()
    header = {"alg": "HS256", "typ": "JWT", "kid": key.key_id}
    pem = key.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    der = key.public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    now = int(time.time())
    good = tokens.issue(claims)
    head, body, signature = good.split(".")
    made: dict[str, Callable[[], str]] = {
        "no algorithm": lambda: jwt.encode(
            claims, "", algorithm="none", headers={"kid": key.key_id}
        ),
        "HS256 with the public key as PEM": lambda: _hs256(claims, header, pem),
        "HS256 with the public key as DER": lambda: _hs256(claims, header, der),
        "RS512": lambda: jwt.encode(
            claims, key.private_key, algorithm="RS512", headers={"kid": key.key_id}
        ),
        "another key under our kid": lambda: jwt.encode(
            claims, FOREIGN.private_key, algorithm="RS256", headers={"kid": key.key_id}
        ),
        "an unknown kid": lambda: jwt.encode(
            claims, FOREIGN.private_key, algorithm="RS256", headers={"kid": FOREIGN.key_id}
        ),
        "no kid": lambda: jwt.encode(claims, key.private_key, algorithm="RS256"),
        "its own key in the header": lambda: jwt.encode(
            claims,
            FOREIGN.private_key,
            algorithm="RS256",
            headers={"kid": FOREIGN.key_id, "jwk": FOREIGN.jwks()["keys"][0]},
        ),
        "other claims": lambda: ".".join(
            [head, _b64(json.dumps(claims | {"roles": ["Rollout.Admin", "x"]}).encode()), signature]
        ),
        "no signature": lambda: f"{head}.{body}.",
        "Graph's audience": lambda: tokens.issue(entra.claims(aud="https://graph.microsoft.com")),
        "another API's audience": lambda: tokens.issue(entra.claims(aud=STRANGER_ID)),
        "no audience": lambda: tokens.issue(entra.claims(aud=None)),
        "issuer of version 1": lambda: tokens.issue(
            entra.claims(iss=f"https://sts.windows.net/{entra.tenant.tenant_id}/")
        ),
        "another tenant's issuer": lambda: tokens.issue(
            entra.claims(iss=entra.issuer.replace(entra.tenant.tenant_id, STRANGER_ID))
        ),
        "another tenant": lambda: tokens.issue(entra.claims(tid=STRANGER_ID)),
        "expired": lambda: tokens.issue(entra.claims(exp=now - 120)),
        "not yet valid": lambda: tokens.issue(entra.claims(nbf=now + 120)),
        "for ever": lambda: jwt.encode(
            entra.claims(exp=None), key.private_key, algorithm="RS256", headers={"kid": key.key_id}
        ),
        "an id token": lambda: tokens.issue(entra.claims(azp=None)),
        "rubbish": lambda: "rubbish",
        "dots": lambda: "a.b.c",
        "a picture": lambda: "\u00ff\u00d8\u00ff",
        "far too long": lambda: good + "x" * 20_000,
    }
    return made[how]()


FORGERIES = [
    "no algorithm",
    "HS256 with the public key as PEM",
    "HS256 with the public key as DER",
    "RS512",
    "another key under our kid",
    "an unknown kid",
    "no kid",
    "its own key in the header",
    "other claims",
    "no signature",
    "Graph's audience",
    "another API's audience",
    "no audience",
    "issuer of version 1",
    "another tenant's issuer",
    "another tenant",
    "expired",
    "not yet valid",
    "for ever",
    "an id token",
    "rubbish",
    "dots",
    "a picture",
    "far too long",
]


@pytest.mark.parametrize("how", FORGERIES)
async def test_a_forged_token_opens_nothing(api: Api, entra: Entra, how: str) -> None:
    """Whatever is wrong with it, the answer is the same 401, and neither it nor the log tells."""
    token = _forged(entra, how)

    with capture_logs() as logs:
        status, challenge, message = await answer(api, f"Bearer {token}")

    assert (status, challenge) == (401, 'Bearer error="invalid_token"')
    assert message == "The token is not valid here: get a new one."
    assert token[:30] not in str(logs)


async def test_an_id_token_of_the_portal_opens_nothing(api: Api, entra: Entra) -> None:
    """It proves who signed in to the portal, and is no key to the API."""
    tokens = await entra.portal_tokens(ADMIN)
    assert (await answer(api, f"Bearer {tokens['id_token']}"))[0] == 401


async def test_a_program_acts_for_people_when_it_is_allowed_to(api: Api, entra: Entra) -> None:
    """A person's token needs the API's scope and a program that an admin has allowed."""
    me = "/api/me"
    other_scope = entra.tenant.tokens.issue(entra.claims(scp="something_else"))
    no_scope = entra.tenant.tokens.issue(entra.claims(idtyp="user"))
    tokens = {
        "allowed": await entra.person_token(ADMIN),
        "another program": await entra.person_token(ADMIN, OTHER_PROGRAM_ID),
        "another scope": other_scope,
        "no scope": no_scope,
    }
    details = {
        name: (response := await api.http.get(me, headers={"Authorization": f"Bearer {token}"}))
        .json()
        .get("detail", response.status_code)
        for name, token in tokens.items()
    }
    assert details["allowed"] == 200
    assert "API_ALLOWED_CLIENTS" in details["another program"]
    assert "access_as_user" in details["another scope"]
    assert "access_as_user" in details["no scope"]


async def test_clocks_may_differ_a_little(api: Api, entra: Entra) -> None:
    """Half a minute either way is forgiven."""
    now = int(time.time())
    for claims in ({"exp": now - 30}, {"nbf": now + 30, "iat": now + 30}):
        token = entra.tenant.tokens.issue(entra.claims(**claims))
        assert (await answer(api, f"Bearer {token}"))[0] == 415


async def test_the_keys_may_be_out_of_reach(client: Client, tmp_path: Path, entra: Entra) -> None:
    """While the tenant's keys can't be read the answer is 503, and says when to come again."""
    token = await entra.app_token()
    unreachable = replace(entra.sign_in, authority_host="https://127.0.0.1:9")

    async with running_api(client, tmp_path, sign_in=unreachable) as api:
        response = await api.http.post(PATH, headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "signing keys" in response.json()["detail"]


async def test_without_a_tenant_the_endpoints_are_off(client: Client, tmp_path: Path) -> None:
    """An API that knows no tenant says in one message what to set; its pages work."""
    async with running_api(client, tmp_path) as api:
        for method, path in (
            ("POST", "/api/upload-users"),
            ("POST", "/api/users"),
            ("GET", "/api/batches/x"),
            ("GET", "/api/batches/x?dryRun=true"),
        ):
            response = await api.http.request(method, path, headers={"Authorization": "Bearer x"})
            assert response.status_code == 503
            assert "TENANT_ID" in response.json()["detail"]
        assert (await api.open_link("")).status_code == 400
