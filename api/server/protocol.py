"""HTTP on one connection, as uvicorn does it, within limits."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.server.connections import Connections


class LimitedHttp(HttpToolsProtocol):
    """Tells the limits what a connection waits for."""

    def __init__(self, *, limited_by: Connections, **of_uvicorn: Any) -> None:
        """Take the limits, and what uvicorn gives its protocols."""
        super().__init__(**of_uvicorn)
        self._limits = limited_by
        self._is_taken = False
        self._in_request = False
        self._in_head = True
        self.address = ""
        self.body_bytes = 0

    # As in uvicorn's own.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, if there is a place."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self._is_taken = self._limits.add(self)
        if not self._is_taken:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._limits.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; the time for a head begins with its first byte, and not with others."""
        if not self._is_taken:
            return
        was_idle = not self._in_request and not self._in_head
        super().data_received(data)
        if was_idle and not self._in_request and not self.transport.is_closing():
            self._in_head = True
            self._limits.wait_for_head(self)

    def on_headers_complete(self) -> None:
        """Begin a request."""
        self._in_request, self._in_head, self.body_bytes = True, False, 0
        self._limits.receive_body(self)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count a piece of a request's body."""
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._limits.answer(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._in_request = bool(self.pipeline)
        super().on_response_complete()
        if not self._in_request:
            self._limits.answer(self)
            self._limits.wait_for_head(self)

    def pause_writing(self) -> None:
        """Note that the peer doesn't read."""
        self._limits.wait_for_reader(self)
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that the peer reads again."""
        self._limits.go_on_sending(self)
        super().resume_writing()

    def has_unread(self) -> bool:
        """Say whether the peer hasn't taken all that was sent to it."""
        return self.transport.get_write_buffer_size() > 0

    def close_now(self) -> None:
        """Close the connection, whatever was still to be sent."""
        self.transport.abort()
