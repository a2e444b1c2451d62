"""How Microsoft's hosts are reached: whose certificates count, through which proxy, how long.

Environment variables are not looked at: with requests, ``REQUESTS_CA_BUNDLE`` would silently win
over the bundle that was configured, and a proxy variable would send tokens elsewhere. Redirects are
not followed.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import requests

from domain.microsoft.connection import HttpOptions
from graph.http.exchange import DirectExchange, Exchange, HttpxExchange, direct_session
from graph.http.proxy import ProxySessionReadTimeout, ProxyTransport

# A tenth of a core takes seconds for a handshake of TLS.
CONNECT_TIMEOUT = 15.0
READ_TIMEOUT = 20.0
TIMEOUT = httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)


_TIMEOUTS = (CONNECT_TIMEOUT, READ_TIMEOUT)
# A simulated tenant, or an identity endpoint, on this machine: no proxy knows the way there.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def open_http(options: HttpOptions = HttpOptions()) -> httpx.AsyncClient:  # noqa: B008 - frozen
    """Return the HTTP client for Microsoft's hosts; close it when the process ends."""
    verify = _trusted(options)
    mounts: dict[str, httpx.AsyncBaseTransport | None] = {}
    if options.proxy is not None:
        over_tls = options.proxy.startswith("https:")
        proxy = httpx.Proxy(options.proxy, ssl_context=verify if over_tls else None)
        mounts["https://"] = ProxyTransport(verify=verify, trust_env=False, proxy=proxy)
        mounts |= {f"all://{_in_url(host)}": None for host in THIS_MACHINE}
    return httpx.AsyncClient(
        verify=verify, mounts=mounts, trust_env=False, follow_redirects=False, timeout=TIMEOUT
    )


@asynccontextmanager
async def open_exchange(
    options: HttpOptions = HttpOptions(),  # noqa: B008 - frozen
) -> AsyncIterator[Exchange]:
    """Open the way to Graph, which has many calls; through a proxy it is that of ``open_http``."""
    if options.proxy is not None:
        async with open_http(options) as http:
            yield HttpxExchange(http)
        return
    async with direct_session(_trusted(options)) as session:
        yield DirectExchange(session)


def _trusted(options: HttpOptions) -> ssl.SSLContext:
    if options.ca_bundle:
        return ssl.create_default_context(cafile=options.ca_bundle)
    return httpx.create_ssl_context(trust_env=False)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class EntraBusy(requests.RequestException):
    """Entra ID, or a gateway before it, can't answer now."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep the status, and the headers, which may say how long to wait."""
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers


class TenantRefused(requests.RequestException):
    """Entra ID has no configuration for the tenant."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(f"status {status}")
        self.status = status


class TokenSession(requests.Session):
    """The HTTP client for msal, which tells apart by itself what msal would blur.

    msal reports a 429 like any refusal, reads only whole seconds of ``Retry-After``, and takes a
    gateway's page for an unknown tenant. msal lets exceptions of requests pass, except that it
    falls back to a token that is still good.
    """

    def __init__(self, options: HttpOptions, timeout: tuple[float, float] = _TIMEOUTS) -> None:
        """Trust whom the options name. Timeouts: seconds to connect, to read."""
        super().__init__()
        self.trust_env = False
        self.verify = str(options.ca_bundle) if options.ca_bundle else True
        self._timeout = timeout

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Ask, without redirects (a 307 would carry the secret along), and judge the answer.

        Raises:
            EntraBusy: 429, 5xx, or an answer that isn't JSON.
        """
        kwargs |= {"timeout": self._timeout, "allow_redirects": False}
        response = super().request(method, url, *args, **kwargs)
        if self.is_busy(response):
            raise EntraBusy(response.status_code, response.headers)
        return response

    def is_busy(self, response: requests.Response) -> bool:
        """Say whether this is no answer to what was asked."""
        status = response.status_code
        too_many = requests.codes.too_many_requests
        return status == too_many or status >= requests.codes.server_error or not _is_json(response)


class EntraSession(TokenSession):
    """The way to Entra ID."""

    def __init__(
        self,
        options: HttpOptions = HttpOptions(),  # noqa: B008 - frozen
        *,
        timeout: tuple[float, float] = _TIMEOUTS,
    ) -> None:
        """Go the way that the options say."""
        super().__init__(options, timeout)
        if options.proxy is not None:
            self.proxies = {"https": options.proxy}
            # The more specific key counts, and an empty one is no proxy.
            self.proxies |= {f"https://{host}": "" for host in THIS_MACHINE}

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Ask, and judge the answer.

        Raises:
            EntraBusy: there is no answer to what was asked.
            TenantRefused: the discovery (the only thing msal GETs) was refused.
            ProxySessionReadTimeout: no answer came in time, and a proxy is on the way.
        """
        try:
            response = super().request(method, url, *args, **kwargs)
        except requests.exceptions.ReadTimeout as error:
            if self.proxies:
                raise ProxySessionReadTimeout from error
            raise
        if method == "GET" and response.status_code != requests.codes.ok:
            raise TenantRefused(response.status_code)
        return response


class IdentityEndpointSession(TokenSession):
    """The way to the endpoint of managed identities, which is on this machine or its host."""

    def is_busy(self, response: requests.Response) -> bool:
        """Say whether this is no answer; Azure Arc answers 401 first, and says what to bring."""
        status = response.status_code
        return status != requests.codes.unauthorized and (
            # What Microsoft says to retry: the endpoint is not there yet, or is being updated.
            status in {requests.codes.not_found, requests.codes.gone} or super().is_busy(response)
        )


def _is_json(response: requests.Response) -> bool:
    try:
        response.json()
    except requests.JSONDecodeError:
        return False
    return True
