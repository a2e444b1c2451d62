"""The certificate authority behind the tenant's https; it is kept, so clients trust it once."""

import ssl
from pathlib import Path

import trustme

CA_FILE = "ca.pem"
_CA_KEY_FILE = "ca-key.pem"
NAMES = ("localhost", "127.0.0.1", "::1")


def certificate_authority(data_dir: Path) -> trustme.CA:
    """Return the authority kept in a directory, made at the first call.

    ``ca.pem`` there is what clients trust.
    """
    certificate, key = data_dir / CA_FILE, data_dir / _CA_KEY_FILE
    if certificate.is_file() and key.is_file():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    authority = trustme.CA(organization_name="Simulated tenant")
    data_dir.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    authority.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(certificate)
    return authority


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return a TLS context with a new certificate for the given names and loopback's."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*dict.fromkeys((*NAMES, *names))).configure_cert(context)
    return context
