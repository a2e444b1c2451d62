"""HTTP on one connection, as uvicorn does it, within limits."""

import asyncio
import logging
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.server.connections import Closed, Connections

# Anybody can send what uvicorn warns of, and each warning would be a line. It isn't a logger
# beneath uvicorn's own: where those are configured, loggers beneath them lose their levels.
_errors = logging.getLogger(__name__)
_errors.setLevel(logging.ERROR)

_HEAD_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class _TooManyRequests(Exception):
    """More requests wait on a connection than may."""


class _IsNoProxy(Exception):
    """Somebody asks for a tunnel, behind whose request there is no other."""


class LimitedHttp(HttpToolsProtocol):
    """Tells the limits what a connection waits for."""

    def __init__(self, *, limited_by: Connections, **of_uvicorn: Any) -> None:
        """Take the limits, and what uvicorn gives its protocols."""
        super().__init__(**of_uvicorn)
        self.logger = _errors
        self._limits = limited_by
        self._is_taken = False
        self._in_request = False
        self._in_head = True
        self._got_on = False
        self._reads_again = False
        self._head_bytes = 0
        self._refused_for = Closed.NOT_HTTP
        self._answered: RequestResponseCycle | None = None
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
        """End; an answer that is being made goes nowhere.

        uvicorn tells the latest request alone, and others may wait behind the one that is being
        answered: uvloop raises where somebody writes to a connection that is gone.
        """
        self._limits.remove(self)
        if self._answered is not None:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Take what came; the time for a head begins with its first byte, and not with others."""
        if not self._is_taken:
            return
        was_idle = not self._in_request and not self._in_head
        self._got_on = False
        self._unset_keepalive_if_required()
        self._parse(data)
        self._head_bytes = 0 if self._got_on else self._head_bytes + len(data)
        if self.transport.is_closing():
            return
        if self._head_bytes > self._limits.limits.head_bytes:
            self._refuse_head()
        elif was_idle and not self._in_request:
            self._in_head = True
            self._limits.wait_for_head(self)

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserError:
                self.send_400_response("Invalid HTTP request received.")
            except httptools.HttpParserUpgrade as upgrade:
                (end_of_head,) = upgrade.args
                data = self._head_without_upgrade() + data[end_of_head:]
                continue
            return

    def _head_without_upgrade(self) -> bytes:
        """Return the head of a request that asked for another protocol, as if it didn't.

        The parser takes a body behind such a head for that protocol's: it would be lost, or read as
        the next request, which a proxy knows nothing of and whose answer it gives to somebody else.
        """
        self._reads_again = False
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        lines += [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([*lines, b"\r\n"])

    def _refuse_head(self) -> None:
        self._limits.note(Closed.HEAD_BYTES)
        if not self._in_request:
            self.transport.write(_HEAD_TOO_LONG)
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or one too many."""
        self._limits.note(self._refused_for)
        super().send_400_response(msg)

    def on_headers_complete(self) -> None:
        """Begin a request, unless too many wait already, or its head has to be read again."""
        if self.parser.get_method() == b"CONNECT":
            raise _IsNoProxy
        if self.parser.should_upgrade():
            self._reads_again = True
            return
        if len(self.pipeline) >= self._limits.limits.pipelined:
            self._refused_for = Closed.PIPELINED
            raise _TooManyRequests
        self._got_on = True
        self._in_request, self._in_head, self.body_bytes = True, False, 0
        self._limits.receive_body(self)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count a piece of a request's body."""
        self._got_on = True
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole, unless its head has to be read again."""
        if self._reads_again:
            return
        self._got_on = True
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
