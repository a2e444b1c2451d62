"""One exchange over HTTP: a request, and its whole answer.

Exceptions are httpx's, whichever library asks, since what may be done twice hangs on them.
"""

import json
import ssl
import zlib
from collections.abc import AsyncIterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import httpx
from yarl import URL

# Bytes read of one answer: anybody may send a large mail to a sender mailbox.
LARGEST_ANSWER = 32 * 1024 * 1024

# Bytes of one header, of which proxies and policies make long ones.
_LONGEST_HEADER = 64 * 1024

# How answers may be packed.
_ACCEPTED = {"Accept-Encoding": "gzip"}
_GZIP = 16 + zlib.MAX_WBITS

# What may stand in a request line; what is percent-encoded already stays as it is.
_IN_URL = "%:/?#[]@!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; the names of headers are found in any case.

    ``content`` has at most one byte more than ``LARGEST_ANSWER``; the rest wasn't read.
    """

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Return True for a status of 2xx."""
        return HTTPStatus.OK <= self.status_code < HTTPStatus.MULTIPLE_CHOICES

    def json(self) -> Any:
        """Return the body, read as JSON.

        Raises:
            ValueError: it is none.
        """
        try:
            return json.loads(self.content)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Exchange(Protocol):
    """Asks once, follows no redirect, and gives what came back.

    Raises:
        ConnectError, ConnectTimeout, PoolTimeout, ProxyError: no request has left.
        HTTPError: any other of httpx's; the request may have been done.
    """

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None,
        limits: httpx.Timeout,
    ) -> Answer:
        """Return the whole answer to a request."""
        ...


class HttpxExchange:
    """Asks by an open client of httpx, which stays the caller's to close."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Use this client."""
        self._http = http

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None,
        limits: httpx.Timeout,
    ) -> Answer:
        """Return the whole answer to a request."""
        async with self._http.stream(
            method,
            url,
            headers={**headers, **_ACCEPTED},
            content=content,
            timeout=limits,
            follow_redirects=False,
        ) as response:
            body = await _read_body(response.aiter_raw(), response.headers)
            return Answer(response.status_code, response.headers, body)


class DirectExchange:
    """Asks by aiohttp, over connections that are kept.

    aiohttp reads and writes HTTP in C, and needs a fifth of the CPU that httpx needs for a call.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Use this session (``direct_session``), which stays the caller's to close."""
        self._session = session

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None,
        limits: httpx.Timeout,
    ) -> Answer:
        """Return the whole answer to a request."""
        with _as_httpx():
            async with self._session.request(
                method,
                # As it is written, for another quoting would be another address: but a link to the
                # next page is Graph's, and a space in it would end the request line's address.
                URL(quote(url, safe=_IN_URL), encoded=True),
                headers={**headers, **_ACCEPTED},
                data=content,
                timeout=_timeout(limits),
                allow_redirects=False,
            ) as response:
                chunks = response.content.iter_any()
                body = await _read_body(chunks, response.headers)
                return Answer(response.status, response.headers, body)


def direct_session(trusted: ssl.SSLContext) -> aiohttp.ClientSession:
    """Return a session for ``DirectExchange``, which trusts these certificate authorities."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trusted),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        # It takes a gzip body that ends too early for a whole one.
        auto_decompress=False,
        middlewares=(_once,),
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
        # A request without a body has no type; aiohttp would call it a stream of bytes.
        skip_auto_headers=("Content-Type",),
    )


async def _read_body(chunks: AsyncIterable[bytes], headers: Mapping[str, str]) -> bytes:
    """Return an unpacked body, cut one byte behind ``LARGEST_ANSWER``.

    httpx and aiohttp unpack a gzip body without asking whether its end is there, so a proxy that
    cuts one, and counts the bytes that are left, would turn half an answer into a whole one.

    Raises:
        RemoteProtocolError: the body is cut, or isn't packed as it says.
    """
    packing = headers.get("Content-Encoding", "identity").strip().casefold()
    if packing not in {"gzip", "x-gzip", "identity", ""}:
        raise httpx.RemoteProtocolError("an answer in a packing that was not asked for")
    body = bytearray()
    gunzip = _Gunzip() if "gzip" in packing else None
    async for chunk in chunks:
        body += chunk if gunzip is None else gunzip.unpack(chunk, LARGEST_ANSWER + 1 - len(body))
        if len(body) > LARGEST_ANSWER:
            return bytes(body[: LARGEST_ANSWER + 1])
    if gunzip is not None and not gunzip.is_whole:
        raise httpx.RemoteProtocolError("no whole answer")
    return bytes(body)


class _Gunzip:
    """Unpacks gzip, of which there may be several pieces one behind the other (RFC 1952, 2.2)."""

    def __init__(self) -> None:
        """Begin; nothing at all is whole, too: the answer to a deletion has no body."""
        self._piece = zlib.decompressobj(_GZIP)
        self.is_whole = True

    def unpack(self, packed: bytes, longest: int) -> bytes:
        """Return what these bytes hold; what would be longer isn't unpacked.

        Raises:
            RemoteProtocolError: they are no gzip.
        """
        unpacked = bytearray()
        try:
            while packed and len(unpacked) < longest:
                if self._piece.eof:
                    self._piece = zlib.decompressobj(_GZIP)
                unpacked += self._piece.decompress(packed, longest - len(unpacked))
                self.is_whole = self._piece.eof
                packed = self._piece.unused_data
        except zlib.error:
            raise httpx.RemoteProtocolError("an answer that can't be unpacked") from None
        return bytes(unpacked)


def _timeout(limits: httpx.Timeout) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        connect=limits.pool, sock_connect=limits.connect, sock_read=limits.read
    )


class _Broken(Exception):
    """The connection broke before the answer was there."""


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Ask once: aiohttp by itself repeats what is idempotent, and nobody would count that."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        raise _Broken from error


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise httpx's exceptions in place of aiohttp's.

    The first two are of the way to a connection. Behind them the request may have been read, so
    everything else counts as that; ``httpx-aiohttp`` takes a connection that broke for one that was
    never made, and a mail would be sent twice.
    """
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout("no connection in time") from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError("no connection") from error
    except TimeoutError as error:
        raise httpx.ReadTimeout("no answer in time") from error
    except (_Broken, aiohttp.ClientError, OSError) as error:
        raise httpx.RemoteProtocolError("no whole answer") from error
