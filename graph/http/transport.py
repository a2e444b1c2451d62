"""How Microsoft's hosts are reached: whose certificates count, how long we wait, no redirects.

Environment variables are not looked at: with requests, ``REQUESTS_CA_BUNDLE`` would silently win
over the bundle that was configured, and a proxy variable would send tokens elsewhere.
"""

import ssl
from pathlib import Path
from typing import Any

import httpx
import requests

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
TIMEOUT = httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)


def open_http(ca_bundle: Path | None = None) -> httpx.AsyncClient:
    """Return the HTTP client for a ``GraphClient``; close it when the process ends.

    Args:
        ca_bundle: PEM file of the authorities to trust in place of the public ones.
    """
    verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
    return httpx.AsyncClient(
        verify=verify, trust_env=False, follow_redirects=False, timeout=TIMEOUT
    )


class EntraBusy(requests.RequestException):
    """Entra ID, or a gateway before it, can't answer now."""

    def __init__(self, status: int, retry_after: str | None) -> None:
        """Keep the status and the header ``Retry-After`` as it was sent."""
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after = retry_after


class TenantRefused(requests.RequestException):
    """Entra ID has no configuration for the tenant."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(f"status {status}")
        self.status = status


class EntraSession(requests.Session):
    """The HTTP client for msal, which tells apart by itself what msal would blur.

    msal reports a 429 like any refusal, reads only whole seconds of ``Retry-After``, and takes a
    gateway's page for an unknown tenant. msal lets exceptions of requests pass, except that it
    falls back to a token that is still good.
    """

    def __init__(
        self,
        ca_bundle: Path | None = None,
        *,
        timeout: tuple[float, float] = (CONNECT_TIMEOUT, READ_TIMEOUT),
    ) -> None:
        """Trust the bundle alone, if there is one. Timeouts: seconds to connect, to read."""
        super().__init__()
        self.trust_env = False
        self.verify = str(ca_bundle) if ca_bundle else True
        self._timeout = timeout

    def request(
        self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Ask, without redirects (a 307 would carry the secret along), and judge the answer.

        Raises:
            EntraBusy: 429, 5xx, or an answer that isn't JSON.
            TenantRefused: the discovery (the only thing msal GETs) was refused.
        """
        kwargs |= {"timeout": self._timeout, "allow_redirects": False}
        response = super().request(method, url, *args, **kwargs)
        status = response.status_code
        busy = status == requests.codes.too_many_requests or status >= requests.codes.server_error
        if busy or not _is_json(response):
            raise EntraBusy(status, response.headers.get("Retry-After"))
        if method == "GET" and status != requests.codes.ok:
            raise TenantRefused(status)
        return response


def _is_json(response: requests.Response) -> bool:
    try:
        response.json()
    except requests.JSONDecodeError:
        return False
    return True
