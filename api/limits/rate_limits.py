"""How often one client address, or one typed address, may do what could be abused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from api.limits.turns import Turns

FAILED_LOOK_UPS = "30/minute"
# Of one client that is over it, and of all clients together, while our tables can't say.
ASKS_OF_DOUBTFUL_CLIENT = "60/minute"
ASKS_WITHOUT_TABLES = "50/second"
# Of all pages together: SharePoint counts what an app asks. What the outbox holds has its own.
LIST_LOOK_UPS = "5/second;120/minute"
LIST_LOOK_UPS_OF_OUTBOX = "2/second;60/minute"
# For tokens that our tables don't have: an older system may have added them since the last pass.
LOOKS_FOR_NEW_TOKENS_OF_CLIENT = "6/minute"
LOOKS_FOR_NEW_TOKENS = "30/minute"
# Hits of tokens of which nobody can say whose they are, and which would wait in the outbox.
UNKNOWN_CLICKS_OF_CLIENT = "600/hour"
UNKNOWN_OPENS_OF_CLIENT_AT_ONCE = 120
UNKNOWN_OPENS_OF_CLIENT_EVERY = timedelta(seconds=0.5)
RESENDS_OF_TYPED_ADDRESS = "5/15 minute;20/hour"
TYPED_ADDRESS_WAITS = timedelta(minutes=15)
# An office shares few addresses: the first ones at once, the others one after another.
RESENDS_OF_CLIENT_AT_ONCE = 20
RESENDS_OF_CLIENT_EVERY = timedelta(seconds=15)
RESEND_WAITS_AT_MOST = timedelta(hours=1)

_MOST_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Admission:
    """A wish that is kept: at once, or after a delay in which one like it isn't kept again."""

    delay: timedelta = timedelta(0)
    merge_key: str | None = None


class Limits:
    """Counts in this process; N processes allow N times as much, which stays harmless.

    The client is charged first, and only what passes there counts against anybody else. Valid
    tokens are never counted. Keys are hashed, so that no address is held in clear.
    """

    def __init__(self, *, clock: Callable[[], float] | None = None) -> None:
        """Start with nothing counted; ``clock`` counts seconds, for turns."""
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._failed_look_ups = parse_many(FAILED_LOOK_UPS)
        self._asks_of_doubtful_client = parse_many(ASKS_OF_DOUBTFUL_CLIENT)
        self._asks_without_tables = parse_many(ASKS_WITHOUT_TABLES)
        self._list_look_ups = parse_many(LIST_LOOK_UPS)
        self._list_look_ups_of_outbox = parse_many(LIST_LOOK_UPS_OF_OUTBOX)
        self._looks_of_client = parse_many(LOOKS_FOR_NEW_TOKENS_OF_CLIENT)
        self._looks_for_new_tokens = parse_many(LOOKS_FOR_NEW_TOKENS)
        self._unknown_clicks = parse_many(UNKNOWN_CLICKS_OF_CLIENT)
        self._resends_of_typed_address = parse_many(RESENDS_OF_TYPED_ADDRESS)
        self._resend_turns = Turns(
            at_once=RESENDS_OF_CLIENT_AT_ONCE,
            every=RESENDS_OF_CLIENT_EVERY,
            longest=RESEND_WAITS_AT_MOST,
            clock=clock,
        )
        self._unknown_opens = Turns(
            at_once=UNKNOWN_OPENS_OF_CLIENT_AT_ONCE,
            every=UNKNOWN_OPENS_OF_CLIENT_EVERY,
            longest=timedelta(0),
            clock=clock,
        )

    async def allow_failed_look_up(self, client: str) -> bool:
        """Count a token that nobody has, and say whether the client is within its limit."""
        return await self._hit(self._failed_look_ups, "look-up", client)

    async def may_fail_again(self, client: str) -> bool:
        """Say whether a client is within its limit of tokens that nobody has; counts nothing."""
        hashed = _hashed(client)
        items = self._failed_look_ups
        return all([await self._limiter.test(item, "look-up", hashed) for item in items])

    async def allow_ask_without_tables(self, client: str) -> bool:
        """Count a link for which Temporal has to be asked, since our tables can't say.

        Who has tried many tokens that nobody has may ask less often than others, and not never:
        colleagues behind the same address have links that work.
        """
        if not await self.may_fail_again(client) and not await self._hit(
            self._asks_of_doubtful_client, "doubtful", client
        ):
            return False
        return await self._hit(self._asks_without_tables, "ask", "")

    async def allow_list_look_up(self, *, of_outbox: bool = False) -> bool:
        """Count a question to the tracking list, and say whether it may be asked."""
        if of_outbox:
            return await self._hit(self._list_look_ups_of_outbox, "list, outbox", "")
        return await self._hit(self._list_look_ups, "list", "")

    async def allow_look_for_new_token(self, client: str) -> bool:
        """Count a look at the list for a token that our tables don't have; say if it is allowed."""
        return await self._hit(self._looks_of_client, "new token", client) and await self._hit(
            self._looks_for_new_tokens, "new token", ""
        )

    async def admit_unknown_click(self, client: str) -> bool:
        """Count a click on a link of which nobody can say whose it is; say if it may be kept."""
        return await self._hit(self._unknown_clicks, "unknown click", client)

    def admit_unknown_open(self, client: str) -> bool:
        """Count an open of a link of which nobody can say whose it is; say if it may be kept."""
        return self._unknown_opens.take(_hashed(client)) is not None

    async def admit_resend(self, client: str, typed_address: str) -> Admission | None:
        """Count a post of the resend form; None where the client has too many that wait already.

        Only what the client may do at once counts against the typed address, so nobody silences
        another's wish. Over the limit of a typed address, one wish for it waits, and no second.
        """
        delay = self._resend_turns.take(_hashed(client))
        typed = _hashed(typed_address.casefold())
        if delay is None:
            return None
        if delay:
            return Admission(delay, merge_key=f"resend {typed} {_hashed(client)}")
        if await self._hit(self._resends_of_typed_address, "typed", typed):
            return Admission()
        return Admission(TYPED_ADDRESS_WAITS, merge_key=f"resend {typed}")

    async def _hit(self, items: list[RateLimitItem], purpose: str, key: str) -> bool:
        if len(self._storage.storage) > _MOST_KEYS:
            # Somebody uses a hundred thousand addresses: forgetting costs less than memory.
            await self._storage.reset()
        hashed = _hashed(key)
        within = [await self._limiter.hit(item, purpose, hashed) for item in items]
        return all(within)


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
