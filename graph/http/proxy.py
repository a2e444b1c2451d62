"""What went wrong between us and the proxy on the way to Microsoft, in words that help.

Only the text of the libraries' errors holds the status that a proxy answered; it is read here.
"""

import re
import ssl

import httpx
import requests

SETTING = "HTTPS_PROXY_URL"
_WANTS_LOGIN = 407
_STATUS = re.compile(r"\b([45][0-9]{2})\b")


class ProxyReadTimeout(httpx.ReadTimeout):
    """No answer came in time, and a proxy is on the way."""


class ProxySessionReadTimeout(requests.exceptions.ReadTimeout):
    """The same, of the library that msal uses."""


class ProxyTransport(httpx.AsyncHTTPTransport):
    """Goes through a proxy, and tells failures on the way to the proxy from all others."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request through the proxy.

        Raises:
            ProxyError: the proxy can't be reached, or refuses.
            ProxyReadTimeout: the proxy, or the host behind it, doesn't answer.
        """
        try:
            return await super().handle_async_request(request)
        except httpx.ConnectTimeout as error:
            raise httpx.ProxyError("no connection", request=request) from error
        except httpx.ConnectError as error:
            if _is_about_tls(error):
                raise
            raise httpx.ProxyError("no connection", request=request) from error
        except httpx.ReadTimeout as error:
            raise ProxyReadTimeout("no answer", request=request) from error


def explain(error: Exception) -> str | None:
    """Return a sentence about the proxy, None where the failure isn't known to be its."""
    if isinstance(error, ProxyReadTimeout | ProxySessionReadTimeout):
        return f"No answer came in time through the proxy. Check {SETTING} and the network."
    if not isinstance(error, httpx.ProxyError | requests.exceptions.ProxyError):
        return None
    found = _STATUS.search(str(error))
    status = int(found[1]) if found else None
    if status == _WANTS_LOGIN:
        return (
            f"The proxy wants a user name and a password ({status}). Write them into {SETTING}: "
            "http://user:password@proxy.contoso.com:8080"
        )
    if status is not None:
        return (
            f"The proxy does not let us through ({status}). Allow Microsoft's hosts there, or "
            f"check {SETTING}."
        )
    return f"The proxy can't be reached. Check {SETTING} and the network."


def _is_about_tls(error: BaseException | None) -> bool:
    """Say whether the connection failed because of a certificate, the proxy's or the host's."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
