"""A bounded record of requests and answers, for tests of conformance."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

_LIMIT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer; bodies are parsed JSON, tokens are not kept.

    ``client_request_id`` is what the caller named the exchange by. ``answered_at`` is seconds of
    Unix time by the real clock, to measure paces by.
    """

    method: str
    url: str
    request_body: Any
    status: int
    response_body: Any
    client_request_id: str = ""
    answered_at: float = field(default_factory=time.time)


class ExchangeLog:
    """Records exchanges while it is switched on, forgetting the oldest beyond its limit."""

    def __init__(self, limit: int = _LIMIT) -> None:
        """Start switched off."""
        self.enabled = False
        self._exchanges: deque[Exchange] = deque(maxlen=limit)

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, if switched on."""
        if self.enabled:
            self._exchanges.append(exchange)

    def all(self) -> list[Exchange]:
        """Return what was recorded, oldest first."""
        return list(self._exchanges)

    def clear(self) -> None:
        """Forget everything recorded."""
        self._exchanges.clear()
