"""How often one client address, or one typed address, may do what could be abused."""

from hashlib import sha256

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

FAILED_LOOK_UPS = "30/minute"
# Of all clients together: SharePoint counts what an app asks, and pages that show nothing can wait.
LIST_LOOK_UPS = "5/second;120/minute"
# For tokens that our tables don't have: an older system may have added them since the last pass.
LOOKS_FOR_NEW_TOKENS = "6/minute"
RESENDS_PER_TYPED_ADDRESS = "5/15 minute;20/hour"
# An office shares few addresses, and over the limit nobody is told: this one is wider.
RESENDS_PER_CLIENT = "20/15 minute;60/hour"

_MOST_KEYS = 100_000


class Limits:
    """Counts in this process; N processes allow N times as much, which stays harmless.

    Valid tokens are never counted. Keys are hashed, so that no address is held in clear.
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._failed_look_ups = parse_many(FAILED_LOOK_UPS)
        self._list_look_ups = parse_many(LIST_LOOK_UPS)
        self._looks_for_new_tokens = parse_many(LOOKS_FOR_NEW_TOKENS)
        self._resends_per_typed_address = parse_many(RESENDS_PER_TYPED_ADDRESS)
        self._resends_per_client = parse_many(RESENDS_PER_CLIENT)

    async def allow_failed_look_up(self, client_address: str) -> bool:
        """Count a token that nobody has, and say whether the client is within its limit."""
        return await self._hit(self._failed_look_ups, "look-up", client_address)

    async def may_fail_again(self, client_address: str) -> bool:
        """Say whether a client is within its limit of tokens that nobody has; counts nothing."""
        hashed = sha256(client_address.encode()).hexdigest()
        items = self._failed_look_ups
        return all([await self._limiter.test(item, "look-up", hashed) for item in items])

    async def allow_list_look_up(self) -> bool:
        """Count a question to the tracking list, and say whether it may be asked."""
        return await self._hit(self._list_look_ups, "list", "")

    async def allow_look_for_new_token(self) -> bool:
        """Count a look at the list for a token that our tables don't have; say if it is allowed."""
        return await self._hit(self._looks_for_new_tokens, "new token", "")

    async def allow_resend(self, client_address: str, typed_address: str) -> bool:
        """Count a post of the resend form, and say whether both addresses are within limits."""
        client_may = await self._hit(self._resends_per_client, "client", client_address)
        typed_may = await self._hit(
            self._resends_per_typed_address, "typed", typed_address.casefold()
        )
        return client_may and typed_may

    async def _hit(self, items: list[RateLimitItem], purpose: str, key: str) -> bool:
        if len(self._storage.storage) > _MOST_KEYS:
            # Somebody uses a hundred thousand addresses: forgetting costs less than memory.
            await self._storage.reset()
        hashed = sha256(key.encode()).hexdigest()
        within = [await self._limiter.hit(item, purpose, hashed) for item in items]
        return all(within)
