"""The tokens whose open is kept or delivered: their next opens cost neither a read nor a row."""

from collections.abc import Iterable
from hashlib import sha256

CAPACITY = 100_000


class RecentOpens:
    """A bounded memory of hashed tokens; beyond its capacity the oldest one goes.

    One that is forgotten is read and written once more, and changes nothing.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Start empty."""
        self.capacity = capacity
        self._hashes: dict[bytes, None] = {}

    def __contains__(self, token: str) -> bool:
        """Say whether the token's open is kept, or was delivered."""
        return token_hash(token) in self._hashes

    def __len__(self) -> int:
        """Return how many tokens are remembered."""
        return len(self._hashes)

    def add(self, token: str) -> None:
        """Remember a token."""
        self._hashes[token_hash(token)] = None
        while len(self._hashes) > self.capacity:
            del self._hashes[next(iter(self._hashes))]

    def discard(self, token: str) -> None:
        """Forget a token: its open was dropped, and may come again."""
        self._hashes.pop(token_hash(token), None)

    def load(self, hashes: Iterable[bytes]) -> None:
        """Remember what an earlier process noted, the oldest first."""
        self._hashes = dict.fromkeys(hashes)


def token_hash(token: str) -> bytes:
    """Return what is noted of a token whose open was delivered."""
    return sha256(token.encode()).digest()[:16]
