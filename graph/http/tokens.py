"""What a client of Graph proves by who it is."""

from typing import Protocol


class Tokens(Protocol):
    """What a client needs in order to prove who it is."""

    async def token(self) -> str:
        """Return an access token that should still be good."""

    async def refresh(self, rejected: str) -> str:
        """Return another token than the one that was just rejected."""

    async def newer(self, denied: str) -> str | None:
        """Return a token that may hold rights which one lacked that is good; None for none."""
