"""A scripted Entra ID that speaks TLS, and who trusts it."""

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from graph.sign_in.tokens import TokenSource
from tests.graph.http.peer import Peer, scripted_peer
from tests.graph.sign_in.entra import signing_in


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return a certificate authority of our own."""
    return trustme.CA()


@pytest.fixture
async def entra(authority: trustme.CA) -> AsyncIterator[Peer]:
    """Return a scripted Entra ID that speaks TLS."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    async with scripted_peer(tls) as peer:
        yield peer


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    """Return a file with the certificate of our authority."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def source(entra: Peer, bundle: Path) -> Iterator[TokenSource]:
    """Return a source of tokens that trusts our authority and knows the secret."""
    with signing_in(entra, bundle) as source:
        yield source
