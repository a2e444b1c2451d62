"""The time as the tenant sees it, and how Microsoft Graph writes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Clock = Callable[[], datetime]


class Dated:
    """ASGI middleware that puts the tenant's time into the header ``Date`` of every answer."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        """Date the answers of ``app``."""
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and date its answer."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(self._clock().astimezone(UTC), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", now.encode())]
            await send(message)

        await self._app(scope, receive, dated)


def utc_now() -> datetime:
    """Return the current instant, aware and in UTC."""
    return datetime.now(UTC)


def graph_time(instant: datetime) -> str:
    """Write an instant as Graph does: UTC, whole seconds, a trailing ``Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def graph_time_or_none(instant: datetime | None) -> str | None:
    """Write an instant as Graph does, and nothing as JSON's ``null``."""
    return None if instant is None else graph_time(instant)


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 instant; one without an offset is taken as UTC.

    Raises:
        ValueError: The text is not an ISO 8601 date and time.
    """
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
