"""Certificates of an app, made for a test, in every form that a file may hold them in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM
_PKCS8 = serialization.PrivateFormat.PKCS8


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCertificate:
    """A self-signed certificate with its private key."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def public_pem(self) -> str:
        """The certificate alone."""
        return self.certificate.public_bytes(_PEM).decode()

    @property
    def public_key_pem(self) -> str:
        """The public key, without who it belongs to."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(_PEM, form).decode()

    def key_pem(self, passphrase: str | None = None) -> bytes:
        """Return the private key alone."""
        return self.key.private_bytes(_PEM, _PKCS8, _encryption(passphrase))

    def pem(self, passphrase: str | None = None) -> bytes:
        """Return key and certificate, in this order."""
        return self.key_pem(passphrase) + self.public_pem.encode()

    def pfx(self, passphrase: str | None = None) -> bytes:
        """Return key and certificate as Windows and Key Vault export them."""
        return pkcs12.serialize_key_and_certificates(
            b"mfa-rollout", self.key, self.certificate, None, _encryption(passphrase)
        )


def new_certificate(*, is_rsa: bool = True) -> AppCertificate:
    """Make a certificate that is good for a day."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if is_rsa:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
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
    return AppCertificate(key=key, certificate=signed)


def _encryption(passphrase: str | None) -> serialization.KeySerializationEncryption:
    if passphrase is None:
        return serialization.NoEncryption()
    return serialization.BestAvailableEncryption(passphrase.encode())
