"""Reads the file with an app's certificate and its private key: PEM or PFX, with a passphrase."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from domain.failures import SignInFailed
from domain.microsoft.connection import CertificateFile

_PEM = serialization.Encoding.PEM
# A block ends at the next five hyphens, so that no search goes over the same text twice.
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(?:[^-]|-(?!----))+-----END \1-----")

_Found = tuple[PrivateKeyTypes | None, list[x509.Certificate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate of the app with its private key, both as PEM text."""

    private_key: str = field(repr=False)
    public_certificate: str

    @property
    def expires_at(self) -> datetime:
        """When the certificate expires; aware UTC."""
        return _end(x509.load_pem_x509_certificate(self.public_certificate.encode()))


def read_certificate(file: CertificateFile, prefix: str = "") -> Certificate:
    """Read the file; ``prefix`` is what the names of the app's settings begin with.

    Raises:
        SignInFailed: it can't be read, or doesn't hold what is needed; the message says what.
    """
    setting = f"{prefix}CLIENT_CERTIFICATE_FILE"
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise SignInFailed(f"{setting} cannot be read: {error.strerror}.") from None
    passphrase = file.passphrase.encode() if file.passphrase else None
    is_pem = _BLOCK.search(data) is not None
    try:
        key, certificates = (_read_pem if is_pem else _read_pfx)(data, passphrase)
    except TypeError:
        # What cryptography raises where a passphrase is missing, or given where none is wanted.
        wrong = "is set, but the key needs none: leave it out" if passphrase else "is not set"
        raise SignInFailed(
            f"The private key in {setting} can't be opened: {prefix}CLIENT_CERTIFICATE_PASSPHRASE "
            f"{wrong}."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignInFailed(
            f"{setting} names a file that can't be read as PEM or PFX with the passphrase "
            f"in {prefix}CLIENT_CERTIFICATE_PASSPHRASE, or without one where that is not set."
        ) from None
    if key is None:
        raise SignInFailed(f"{setting} names a file without a private key: put both into it.")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SignInFailed(f"The private key in {setting} is no RSA key, which Entra ID wants.")
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise SignInFailed(
            f"{setting} names a file without the certificate that belongs to its private key: put "
            "both into it."
        )
    return Certificate(
        private_key=key.private_bytes(
            _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        # The newest where a renewal has kept the key.
        public_certificate=max(own, key=_end).public_bytes(_PEM).decode(),
    )


def _read_pem(data: bytes, passphrase: bytes | None) -> _Found:
    key: PrivateKeyTypes | None = None
    certificates = []
    for block in _BLOCK.finditer(data):
        if block[1] == b"CERTIFICATE":
            certificates.append(x509.load_pem_x509_certificate(block[0]))
        elif block[1].endswith(b"PRIVATE KEY") and key is None:
            key = serialization.load_pem_private_key(block[0], passphrase)
    return key, certificates


def _read_pfx(data: bytes, passphrase: bytes | None) -> _Found:
    key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase)
    return key, [*([certificate] if certificate else []), *others]


def _end(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_after_utc
