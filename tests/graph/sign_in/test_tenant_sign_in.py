"""Real msal signs in to the simulated tenant, by secret and by certificate, or says why not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from domain.failures import SignInFailed, Throttled
from graph.directory import Directory
from graph.sign_in.tokens import Certificate, TokenSource
from simulated_tenant.faults import Fault
from tests.graph.tenant import Stage, graph_of, token_source


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    """Return a self-signed certificate with its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mfa-rollout")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return Certificate(
        private_key=key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        public_certificate=signed.public_bytes(pem).decode(),
    )


async def refusal_of(source: TokenSource) -> SignInFailed:
    """Return the failure of a sign-in that must fail."""
    try:
        with pytest.raises(SignInFailed) as raised:
            await source.token()
    finally:
        source.close()
    return raised.value


async def test_a_certificate_signs_in(stage: Stage, certificate: Certificate) -> None:
    """An assertion signed with the registered certificate gives tokens that Graph takes."""
    client_id = str(uuid4())
    stage.tenant.add_app(
        client_id, roles=["User.Read.All"], certificate=certificate.public_certificate
    )
    source = token_source(stage.running, client_id=client_id, credential=certificate)
    async with graph_of(stage.running, source) as client:
        person = await Directory(client).user(stage.sender.id)

    assert person.object_id == stage.sender.id


async def test_a_certificate_that_is_not_registered_is_refused(
    stage: Stage, certificate: Certificate
) -> None:
    """A key that Entra ID doesn't know is named by its setting."""
    client_id = str(uuid4())
    stage.tenant.add_app(client_id, "another way")

    refusal = await refusal_of(
        token_source(stage.running, client_id=client_id, credential=certificate)
    )
    assert "CLIENT_CERTIFICATE_FILE" in str(refusal)


async def test_a_wrong_secret_is_named(stage: Stage) -> None:
    """A wrong secret is told as such, and isn't repeated in the message."""
    refusal = await refusal_of(token_source(stage.running, credential="wrong-secret"))

    assert refusal.code == "AADSTS7000215"
    assert "CLIENT_SECRET" in str(refusal)
    assert "wrong-secret" not in str(refusal)


async def test_an_unknown_app_is_named(stage: Stage) -> None:
    """A client id that isn't the tenant's is told as such."""
    refusal = await refusal_of(token_source(stage.running, client_id=str(uuid4())))

    assert refusal.code == "AADSTS700016"
    assert "CLIENT_ID" in str(refusal)


async def test_an_unknown_tenant_is_named(stage: Stage) -> None:
    """A tenant that doesn't exist is told as such."""
    refusal = await refusal_of(token_source(stage.running, tenant_id=str(uuid4())))

    assert "TENANT_ID" in str(refusal)


async def test_a_busy_entra_passes(stage: Stage) -> None:
    """A 429 of the token endpoint leaves with its wait, and the next call signs in."""
    stage.tenant.faults.add(Fault(path="/token$", status=429, retry_after="11"))
    source = token_source(stage.running)
    try:
        with pytest.raises(Throttled) as raised:
            await source.token()
        assert raised.value.retry_after == timedelta(seconds=11)
        assert await source.token()
    finally:
        source.close()


async def test_a_renewed_token_is_another_one(stage: Stage) -> None:
    """After a rejection msal's cache isn't asked."""
    source = token_source(stage.running)
    try:
        first = await source.token()
        assert await source.token() == first
        assert await source.refresh(first) != first
    finally:
        source.close()
