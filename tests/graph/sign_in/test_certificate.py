"""Files with an app's certificate: every usual form is read, and a wrong one names its setting."""

from pathlib import Path

import pytest

from domain.failures import SignInFailed
from domain.microsoft.connection import CertificateFile
from graph.sign_in.certificate import Certificate, read_certificate
from tests.graph.sign_in.certificates import AppCertificate, new_certificate

PASSPHRASE = "open sesame"


@pytest.fixture(scope="module")
def own() -> AppCertificate:
    """Return the app's certificate."""
    return new_certificate()


@pytest.fixture(scope="module")
def other() -> AppCertificate:
    """Return a certificate of another key."""
    return new_certificate()


def read(folder: Path, data: bytes, passphrase: str | None = None) -> Certificate:
    """Read a file with this content."""
    path = folder / "app"
    path.write_bytes(data)
    return read_certificate(CertificateFile(path=path, passphrase=passphrase), "API_")


def test_every_usual_form_is_read(
    own: AppCertificate, other: AppCertificate, tmp_path: Path
) -> None:
    """PEM in any order and with a chain, PFX, each with and without a passphrase: all the same."""
    public = own.public_pem.encode()
    forms = [
        (own.pem(), None),
        (public + own.key_pem(), None),
        (other.public_pem.encode() + own.pem(), None),
        (b"Bag Attributes\r\n" + own.pem().replace(b"\n", b"\r\n"), None),
        (own.pem(PASSPHRASE), PASSPHRASE),
        (own.pfx(), None),
        (own.pfx(PASSPHRASE), PASSPHRASE),
    ]
    assert [read(tmp_path, *form) for form in forms] == [
        Certificate(private_key=own.key_pem().decode(), public_certificate=own.public_pem)
    ] * len(forms)


def test_what_is_wrong_with_a_file_is_said(
    own: AppCertificate, other: AppCertificate, tmp_path: Path
) -> None:
    """The setting to change is named; neither key nor passphrase is in the message."""
    elliptic = new_certificate(is_rsa=False)
    cases = [
        (own.pem(PASSPHRASE), None, "API_CLIENT_CERTIFICATE_PASSPHRASE is not set"),
        (own.pem(PASSPHRASE), "wrong", "API_CLIENT_CERTIFICATE_PASSPHRASE, or"),
        (own.pem(), PASSPHRASE, "needs none: leave it out"),
        (own.pfx(PASSPHRASE), None, "API_CLIENT_CERTIFICATE_PASSPHRASE, or"),
        (b"-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----", None, "can't be read"),
        (b"no certificate at all", None, "can't be read"),
        (own.public_pem.encode(), None, "without a private key"),
        (own.key_pem(), None, "without the certificate"),
        (own.key_pem() + other.public_pem.encode(), None, "without the certificate"),
        (elliptic.pem(), None, "no RSA key"),
    ]
    for data, passphrase, expected in cases:
        with pytest.raises(SignInFailed, match=expected) as raised:
            read(tmp_path, data, passphrase)
        assert "API_CLIENT_CERTIFICATE_" in str(raised.value)
        assert PASSPHRASE not in str(raised.value)
        assert raised.value.__cause__ is None


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """The setting is named, and why the file can't be read."""
    with pytest.raises(SignInFailed, match="CLIENT_CERTIFICATE_FILE cannot be read: No such file"):
        read_certificate(CertificateFile(path=tmp_path / "gone"))
