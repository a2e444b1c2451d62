"""One exchange over HTTP: a request, and its whole answer.

Exceptions are httpx's, whichever library asks, since what may be done twice hangs on them.
"""

import json
import ssl
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
        return json.loads(self.content)


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
            headers=headers,
            content=content,
            timeout=limits,
            follow_redirects=False,
        ) as response:
            body = await _body(response.aiter_bytes())
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
                headers=headers,
                data=content,
                timeout=_timeout(limits),
                allow_redirects=False,
            ) as response:
                body = await _body(response.content.iter_any())
                return Answer(response.status, response.headers, body)


def direct_session(trusted: ssl.SSLContext) -> aiohttp.ClientSession:
    """Return a session for ``DirectExchange``, which trusts these certificate authorities."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trusted),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        middlewares=(_once,),
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
        # A request without a body has no type; aiohttp would call it a stream of bytes.
        skip_auto_headers=("Content-Type",),
    )


async def _body(chunks: AsyncIterable[bytes]) -> bytes:
    """Return a body, of which no more is read than an answer may have."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST_ANSWER:
            break
    return bytes(body[: LARGEST_ANSWER + 1])


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
