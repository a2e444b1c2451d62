"""Tests of the token service with the real msal, over real https."""

import asyncio
import datetime as dt
import hashlib
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from simulated_tenant import SimulatedTenant, create_app
from simulated_tenant.entra.assertions import ASSERTION_TYPE
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from small_tenant import APP, SECRET, Clock, code_of

GRAPH_SCOPE = "https://graph.microsoft.com/.default"
TOKEN_PATH = f"/{TENANT_ID}/oauth2/v2.0/token"
LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class Credential:
    """A certificate with its key."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def key_pem(self) -> str:
        """The private key."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @property
    def pem(self) -> str:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def credential() -> Credential:
    """A certificate that was made for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "worker")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return Credential(key=key, certificate=certificate)


def entra(tenant: SimulatedTenant) -> httpx.AsyncClient:
    """A client of the token service without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(tenant)), base_url=LOGIN)


def request_form(**changes: str) -> dict[str, str]:
    """A good request with a secret, and what is to be different."""
    form = {
        "client_id": APP,
        "client_secret": SECRET,
        "grant_type": "client_credentials",
        "scope": GRAPH_SCOPE,
    }
    return form | changes


async def acquire(running: RunningTenant, client_credential: Any) -> dict[str, Any]:
    """Get a token as the product does."""

    def blocking() -> dict[str, Any]:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(running.ca_path)
        with session:
            app = msal.ConfidentialClientApplication(
                APP,
                client_credential=client_credential,
                authority=running.authority,
                instance_discovery=False,
                http_client=session,
            )
            answer: dict[str, Any] = app.acquire_token_for_client([GRAPH_SCOPE])
            return answer

    return await asyncio.to_thread(blocking)


async def test_msal_gets_a_token_that_graph_accepts(tenant: SimulatedTenant) -> None:
    """A secret yields a token that opens Graph, through msal, TLS and the https port."""
    async with running_tenant(tenant) as running:
        answer = await acquire(running, SECRET)
        async with running.client() as client:
            bearer = {"Authorization": f"Bearer {answer['access_token']}"}
            response = await client.get("/users/ann@contoso.example", headers=bearer)
    assert answer["expires_in"] == 3600
    assert response.json()["displayName"] == "Ann"


async def test_msal_proves_a_certificate(tenant: SimulatedTenant, credential: Credential) -> None:
    """The PS256 assertion that msal makes of a certificate is verified and accepted."""
    tenant.add_app(APP, None, ["User.Read.All"], certificate=credential.pem)
    secret = {"private_key": credential.key_pem, "public_certificate": credential.pem}
    # msal's assertions are dated by the machine's clock.
    tenant.clock.now = dt.datetime.now(dt.UTC)  # type: ignore[attr-defined]
    async with running_tenant(tenant) as running:
        answer = await acquire(running, secret)
    assert "access_token" in answer, answer


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": str(uuid.uuid4())}, 400, "unauthorized_client", 700016),
        ({"scope": "https://graph.microsoft.com/User.Read"}, 400, "invalid_scope", 1002012),
        ({"scope": f"api://{uuid.uuid4()}/.default"}, 400, "invalid_resource", 500011),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant", 70008),
    ],
)
async def test_refusals_carry_entras_codes(
    tenant: SimulatedTenant, changes: dict[str, str], status: int, error: str, code: int
) -> None:
    """Every refusal has its status, its OAuth error and its AADSTS number."""
    async with entra(tenant) as client:
        response = await client.post(TOKEN_PATH, data=request_form(**changes))
    body = response.json()
    assert (response.status_code, body["error"], body["error_codes"]) == (status, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")


async def test_an_unknown_tenant_is_refused(tenant: SimulatedTenant) -> None:
    """Another tenant's id is AADSTS90002, for tokens and for the discovery document."""
    other = uuid.uuid4()
    async with entra(tenant) as client:
        token = await client.post(f"/{other}/oauth2/v2.0/token", data=request_form())
        document = await client.get(f"/{other}/v2.0/.well-known/openid-configuration")
    assert token.json()["error_codes"] == document.json()["error_codes"] == [90002]


async def test_tokens_verify_against_the_published_keys(tenant: SimulatedTenant) -> None:
    """A token is an RS256 JWT whose key, issuer and audience the discovery leads to."""
    tenant.add_app("api-app", "x" * 40, assigned_roles={})
    tenant.add_app(APP, SECRET, assigned_roles={"api-app": ["Rollout.Admin"]})
    async with entra(tenant) as client:
        document = (await client.get(f"/{TENANT_ID}/v2.0/.well-known/openid-configuration")).json()
        keys = (await client.get(document["jwks_uri"])).json()
        form = request_form(scope="api://api-app/.default")
        token = (await client.post(document["token_endpoint"], data=form)).json()["access_token"]
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    now = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience="api-app",
        issuer=document["issuer"],
        options=now,  # type: ignore[arg-type]
    )
    assert claims["roles"] == ["Rollout.Admin"]
    assert claims["tid"] == TENANT_ID


def assertion(credential: Credential, clock: Clock, algorithm: str, **changes: Any) -> str:
    """Make an assertion with the older thumbprint header, and what is to be different."""
    der = credential.certificate.public_bytes(serialization.Encoding.DER)
    thumbprint = urlsafe_b64encode(hashlib.sha1(der, usedforsecurity=False).digest()).decode()
    claims = {
        "aud": LOGIN + TOKEN_PATH,
        "iss": APP,
        "sub": APP,
        "jti": str(uuid.uuid4()),
        "nbf": int(clock().timestamp()),
        "exp": int(clock().timestamp()) + 600,
    }
    headers = {"x5t": thumbprint.rstrip("=")}
    return jwt.encode(claims | changes, credential.key, algorithm=algorithm, headers=headers)


async def present(tenant: SimulatedTenant, token: str) -> httpx.Response:
    """Ask for a token with an assertion."""
    form = request_form(client_assertion=token, client_assertion_type=ASSERTION_TYPE)
    del form["client_secret"]
    async with entra(tenant) as client:
        return await client.post(TOKEN_PATH, data=form)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_an_assertion_works_once(
    tenant: SimulatedTenant, credential: Credential, clock: Clock, algorithm: str
) -> None:
    """An assertion in either algorithm yields a token, and is refused when it is replayed."""
    tenant.add_app(APP, None, ["User.Read.All"], certificate=credential.pem)
    token = assertion(credential, clock, algorithm)
    first, second = await present(tenant, token), await present(tenant, token)
    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://elsewhere.example/token"}, 700023),
        ({"iss": str(uuid.uuid4())}, 700021),
        ({"exp": 1_700_000_000}, 700024),
        ({"nbf": 1_900_000_000, "exp": 1_900_000_600}, 700024),
    ],
)
async def test_wrong_assertions_are_refused(
    tenant: SimulatedTenant,
    credential: Credential,
    clock: Clock,
    changes: dict[str, Any],
    code: int,
) -> None:
    """Audience, issuer and times of an assertion are checked."""
    tenant.add_app(APP, None, ["User.Read.All"], certificate=credential.pem)
    response = await present(tenant, assertion(credential, clock, "PS256", **changes))
    assert response.status_code == 401
    assert response.json()["error_codes"] == [code]


async def test_an_assertion_by_another_key_is_refused(
    tenant: SimulatedTenant, credential: Credential, clock: Clock
) -> None:
    """The thumbprint of the right certificate doesn't help a signature of the wrong key."""
    tenant.add_app(APP, None, ["User.Read.All"], certificate=credential.pem)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = assertion(Credential(other, credential.certificate), clock, "PS256")
    response = await present(tenant, forged)
    assert response.json()["error_codes"] == [700027]


async def test_graph_refuses_expired_missing_and_foreign_tokens(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """No token, another's token and yesterday's token are all 401 InvalidAuthenticationToken."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"aud": "https://graph.microsoft.com", "appid": APP, "tid": TENANT_ID, "exp": 2**31}
    foreign = jwt.encode(claims, stranger, algorithm="RS256")
    fine = await graph.get("/users")
    answers = [
        await graph.get("/users", headers={"Authorization": ""}),
        await graph.get("/users", headers={"Authorization": f"Bearer {foreign}"}),
        await graph.get("/users", headers={"Authorization": "Bearer nonsense"}),
    ]
    clock.advance(dt.timedelta(hours=1))
    answers.append(await graph.get("/users"))
    assert fine.status_code == 200
    assert {(one.status_code, code_of(one)) for one in answers} == {
        (401, "InvalidAuthenticationToken")
    }
    assert all("WWW-Authenticate" in one.headers for one in answers)


async def test_tokens_keep_the_roles_they_were_issued_with(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A permission that is withdrawn stays in the old token and is missing in the next."""
    tenant.apps.change_roles(APP, remove=["User.Read.All"])
    before = await graph.get("/users")
    graph.headers["Authorization"] = f"Bearer {tenant.access_token(APP)}"
    after = await graph.get("/users")
    assert (before.status_code, after.status_code) == (200, 403)


async def test_expire_all_makes_issued_tokens_useless(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """After expire_all the old token is a 401 and a new one works."""
    tenant.tokens.expire_all()
    before = await graph.get("/users")
    graph.headers["Authorization"] = f"Bearer {tenant.access_token(APP)}"
    after = await graph.get("/users")
    assert (before.status_code, after.status_code) == (401, 200)
