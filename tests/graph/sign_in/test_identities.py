"""Every kind of identity gets tokens over real HTTP, and says what is wrong with its settings."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from domain.failures import ServiceUnavailable, SignInFailed
from domain.microsoft.connection import (
    AppIdentity,
    CertificateFile,
    Connection,
    FederatedToken,
    ManagedIdentity,
)
from graph.directory import Directory
from graph.sign_in.tokens import TokenSource
from settings import ApiSettings, WorkerSettings, settings_from
from simulated_tenant.entra.apps import App, FederatedCredential, ManagedKind
from simulated_tenant.entra.managed_identities import IDENTITY_HEADER
from tests.graph.sign_in.certificates import AppCertificate, new_certificate
from tests.graph.tenant import Stage, graph_of
from tests.settings.complete import API, WORKER
from tests.support.microsoft import connection_to

ISSUER = "https://oidc.contoso.example/cluster/"
SUBJECT = "system:serviceaccount:mfa:worker"
AUDIENCE = "api://AzureADTokenExchange"


@pytest.fixture(scope="module")
def issuer() -> AppCertificate:
    """Return the key of the cluster, which signs the tokens of its service accounts."""
    return new_certificate()


async def token_of(connection: Connection) -> str:
    """Sign in once."""
    source = TokenSource(connection)
    try:
        return await source.token()
    finally:
        source.close()


def service_account_token(issuer: AppCertificate, **changes: object) -> str:
    """Return the token that a cluster puts into the file."""
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": SUBJECT, "aud": [AUDIENCE], "iat": now, "exp": now + 3600}
    return jwt.encode(claims | changes, issuer.key_pem(), algorithm="RS256")


def federated_app(stage: Stage, issuer: AppCertificate) -> App:
    """Register an app that trusts the cluster's service account."""
    credential = FederatedCredential(
        issuer=ISSUER, subject=SUBJECT, public_key=issuer.public_key_pem
    )
    return stage.tenant.add_app(
        str(uuid4()), roles=["User.Read.All"], federated_credentials=[credential]
    )


async def test_a_federated_token_signs_in(
    stage: Stage, issuer: AppCertificate, tmp_path: Path
) -> None:
    """The token in the file is read for each sign-in, and gives tokens that Graph takes."""
    file = tmp_path / "token"
    file.write_text(service_account_token(issuer, exp=int(time.time()) - 3600))
    app = federated_app(stage, issuer)
    source = TokenSource(connection_to(stage.running, app.client_id, FederatedToken(path=file)))
    with pytest.raises(SignInFailed, match="AADSTS700024"):
        await source.token()

    file.write_text(service_account_token(issuer) + "\n")
    async with graph_of(stage.running, source) as client:
        assert await Directory(client).user(stage.sender.id)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": ISSUER.rstrip("/")}, "AADSTS700211"),
        ({"sub": SUBJECT.upper()}, "AADSTS700213"),
        ({"aud": "api://another"}, "AADSTS700212"),
        ({}, "AADSTS7000272"),
    ],
)
async def test_a_federated_token_that_does_not_fit_is_named(
    stage: Stage, issuer: AppCertificate, tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    """Issuer, subject, audience, key: the setting is named, and nothing of the token is shown."""
    file = tmp_path / "token"
    signer = issuer if changes else new_certificate()
    file.write_text(service_account_token(signer, **changes))
    app = federated_app(stage, issuer)
    way = connection_to(stage.running, app.client_id, FederatedToken(path=file))

    with pytest.raises(SignInFailed, match="FEDERATED_TOKEN_FILE") as raised:
        await token_of(way)

    assert raised.value.code == code
    assert SUBJECT not in str(raised.value)


async def test_a_federated_token_that_is_not_there_is_named(stage: Stage, tmp_path: Path) -> None:
    """An empty file is as good as none."""
    (tmp_path / "token").touch()
    for name in ("token", "gone"):
        identity = FederatedToken(path=tmp_path / name)
        with pytest.raises(SignInFailed, match="FEDERATED_TOKEN_FILE can't be read"):
            await token_of(connection_to(stage.running, str(uuid4()), identity))


@pytest.fixture
def on_azure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what Container Apps sets in each container."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{stage.running.origin}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_HEADER)


@pytest.fixture
def on_a_machine(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead to the instance metadata service of a virtual machine."""
    monkeypatch.delenv("IDENTITY_ENDPOINT", raising=False)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", stage.running.origin)


@pytest.mark.parametrize("place", ["on_azure", "on_a_machine"])
@pytest.mark.parametrize("kind", ManagedKind)
async def test_a_managed_identity_signs_in(
    stage: Stage, request: pytest.FixtureRequest, place: str, kind: ManagedKind
) -> None:
    """In a container and on a machine it gets a token without a secret, and without the proxy."""
    request.getfixturevalue(place)
    app = stage.tenant.add_app(str(uuid4()), roles=["User.Read.All"], managed=kind)
    identity = ManagedIdentity(is_user_assigned=kind is ManagedKind.USER)
    way = connection_to(stage.running, app.client_id, identity)
    way = replace(way, http=replace(way.http, proxy="http://127.0.0.1:1"))
    source = TokenSource(way)
    async with graph_of(stage.running, source) as client:
        assert await Directory(client).user(stage.sender.id)
        stage.tenant.tokens.expire_all()
        assert await Directory(client).user(stage.sender.id)


async def test_a_managed_identity_that_is_not_assigned_is_named(
    stage: Stage, on_azure: None
) -> None:
    """The settings to check are named: which identity, and whether it is this container's."""
    way = connection_to(stage.running, str(uuid4()), ManagedIdentity(is_user_assigned=True))
    with pytest.raises(SignInFailed, match="Check MANAGED_IDENTITY and CLIENT_ID"):
        await token_of(way)


async def test_away_from_azure_a_managed_identity_is_said_to_be_of_no_use(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no endpoint answers, the setting is named; it passes, since endpoints restart."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "any")
    way = connection_to(stage.running, str(uuid4()), ManagedIdentity(is_user_assigned=False))
    with pytest.raises(ServiceUnavailable, match="MANAGED_IDENTITY is for machines") as raised:
        await token_of(way)
    assert "127.0.0.1" not in str(raised.value)


async def test_a_renewed_certificate_is_used_without_a_restart(
    stage: Stage, tmp_path: Path
) -> None:
    """The file is read again when it changes; one that is half written changes nothing."""
    old, new = new_certificate(), new_certificate()
    file = tmp_path / "app.pem"
    file.write_bytes(old.pem())
    app = stage.tenant.add_app(str(uuid4()), roles=["User.Read.All"], certificate=old.public_pem)
    way = connection_to(stage.running, app.client_id, CertificateFile(path=file))
    source = TokenSource(way, memory=timedelta())
    try:
        first = await source.token()
        file.write_bytes(new.pem()[:200])
        assert await source.token() == first
        app.certificates = [new.public_pem]
        stage.tenant.apps.put(app)
        file.write_bytes(new.pem())
        assert await source.refresh(first) != first
    finally:
        source.close()


@pytest.mark.parametrize(
    ("name", "value", "identity"),
    [
        ("CLIENT_CERTIFICATE_FILE", "{file}", CertificateFile(path=Path("{file}"))),
        ("FEDERATED_TOKEN_FILE", "{file}", FederatedToken(path=Path("{file}"))),
        ("MANAGED_IDENTITY", "System", ManagedIdentity(is_user_assigned=False)),
        ("MANAGED_IDENTITY", "user", ManagedIdentity(is_user_assigned=True)),
    ],
)
def test_settings_say_who_signs_in(
    tmp_path: Path, name: str, value: str, identity: AppIdentity
) -> None:
    """Worker and API have each kind of identity under their own names."""
    file = tmp_path / "file"
    file.touch()
    if isinstance(identity, CertificateFile | FederatedToken):
        identity = type(identity)(path=file)
    value = value.format(file=file)
    worker = settings_from(WorkerSettings, WORKER | {"CLIENT_SECRET": "", name: value})
    api = settings_from(ApiSettings, API | {"API_CLIENT_SECRET": "", f"API_{name}": value})

    assert worker.connection.identity == api.connection.identity == identity
    assert (worker.connection.prefix, api.connection.prefix) == ("", "API_")
