"""Real msal signs in to the simulated tenant, by secret and by certificate, or says why not."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.failures import SignInFailed, Throttled
from domain.microsoft.connection import CertificateFile
from graph.directory import Directory
from graph.sign_in.tokens import TokenSource
from simulated_tenant.faults import Fault
from tests.graph.sign_in.certificates import AppCertificate, new_certificate
from tests.graph.tenant import Stage, graph_of, token_source


@pytest.fixture(scope="module")
def certificate() -> AppCertificate:
    """Return a self-signed certificate with its key."""
    return new_certificate()


@pytest.fixture
def certificate_file(certificate: AppCertificate, tmp_path: Path) -> CertificateFile:
    """Return the file that holds both."""
    path = tmp_path / "app.pem"
    path.write_bytes(certificate.pem())
    return CertificateFile(path=path)


async def refusal_of(source: TokenSource) -> SignInFailed:
    """Return the failure of a sign-in that must fail."""
    try:
        with pytest.raises(SignInFailed) as raised:
            await source.token()
    finally:
        source.close()
    return raised.value


async def test_a_certificate_signs_in(
    stage: Stage, certificate: AppCertificate, certificate_file: CertificateFile
) -> None:
    """An assertion signed with the registered certificate gives tokens that Graph takes."""
    client_id = str(uuid4())
    stage.tenant.add_app(client_id, roles=["User.Read.All"], certificate=certificate.public_pem)
    source = token_source(stage.running, client_id=client_id, identity=certificate_file)
    async with graph_of(stage.running, source) as client:
        person = await Directory(client).user(stage.sender.id)

    assert person.object_id == stage.sender.id


async def test_a_certificate_that_is_not_registered_is_refused(
    stage: Stage, certificate_file: CertificateFile
) -> None:
    """A key that Entra ID doesn't know is named by its setting."""
    client_id = str(uuid4())
    stage.tenant.add_app(client_id, "another way")

    refusal = await refusal_of(
        token_source(stage.running, client_id=client_id, identity=certificate_file)
    )
    assert "CLIENT_CERTIFICATE_FILE" in str(refusal)


async def test_a_wrong_secret_is_named(stage: Stage) -> None:
    """A wrong secret is told as such, and isn't repeated in the message."""
    refusal = await refusal_of(token_source(stage.running, identity="wrong-secret"))

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
