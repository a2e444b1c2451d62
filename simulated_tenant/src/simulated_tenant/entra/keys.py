"""The key that signs tokens, kept across restarts so that tokens stay verifiable."""

import base64
import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_KEY_BITS = 2048


class SigningKey:
    """An RSA key, read from a PEM file when one is given, made when first needed."""

    def __init__(self, path: Path | None = None) -> None:
        """Remember where the key is kept; without a path it lives as long as the process."""
        self._path = path

    @cached_property
    def private_key(self) -> rsa.RSAPrivateKey:
        """The key itself."""
        if self._path is not None and self._path.is_file():
            stored = serialization.load_pem_private_key(self._path.read_bytes(), password=None)
            if not isinstance(stored, rsa.RSAPrivateKey):
                raise ValueError(f"{self._path.name} holds no RSA key")
            return stored
        key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._path.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        return key

    @cached_property
    def public_key(self) -> rsa.RSAPublicKey:
        """The public half."""
        return self.private_key.public_key()

    @cached_property
    def key_id(self) -> str:
        """The ``kid``: a hash of the public key."""
        spki = self.public_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return _base64url(hashlib.sha256(spki).digest()[:20])

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        numbers = self.public_key.public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": _base64url(numbers.n.to_bytes(_KEY_BITS // 8, "big")),
            "e": _base64url(numbers.e.to_bytes(3, "big")),
        }
        return {"keys": [key]}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
