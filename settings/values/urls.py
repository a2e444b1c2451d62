r"""URLs, all read by one parser: what is compared is what is used.

Parsers disagree: for ``https://evil\@login.microsoftonline.com`` one says the host is ``evil``,
another Microsoft's. So a URL is put together again from the parts that were looked at.
"""

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import quote, unquote

from pydantic import SecretStr
from pydantic_core import Url

from settings.values.validators import written

_HTTPS = 443


def read_public_site(text: str) -> str:
    """Read the address of our own pages: https (http on this machine), and nothing behind it."""
    url = _read(text)
    _refuse_plain_http(url)
    _refuse_path(url)
    return _rebuilt(url)


def read_page(text: str) -> str:
    """Read the address of a page: https, or http on this machine."""
    url = _read(text)
    _refuse_plain_http(url)
    return _rebuilt(url)


def read_authority(text: str) -> str:
    """Read the address of an identity provider, without the tenant."""
    return read_public_site(text)


def read_graph(text: str) -> str:
    """Read the address of Microsoft Graph with its version."""
    url = _read(text)
    _refuse_plain_http(url)
    if (url.path or "").rstrip("/") != "/v1.0" or url.query or url.fragment:
        raise ValueError("must end in /v1.0")
    return _rebuilt(url)


def read_proxy(text: str) -> str:
    """Read the address of a proxy: http or https, and maybe who goes through it."""
    login, at, rest = text.partition("://")[2].rpartition("@")
    scheme = text.partition("://")[0]
    if re.search(r"[\s\\/?#@]", login):
        # The message can't say which: it may be a character of the password.
        raise ValueError(
            "has a character before the @ that must be percent-encoded: write %40 for @, "
            "%2F for /, %3A for a colon in the password"
        )
    url = _read(f"{scheme}://{rest}", schemes="http:// or https://")
    _refuse_path(url)
    user, colon, password = login.partition(":")
    login = f"{_encoded(user)}{colon}{_encoded(password)}{at}"
    return _rebuilt(url).replace("://", f"://{login}", 1)


def is_on_this_machine(text: str) -> bool:
    """Say whether a URL leads to this machine, and so to nobody else."""
    return _is_this_machine(Url(text).host or "")


def is_one_of(hosts: frozenset[str], text: str) -> bool:
    """Say whether a URL leads to one of these hosts, by https and its usual port."""
    url = Url(text)
    return url.scheme == "https" and url.port == _HTTPS and url.host in hosts


def _read(text: str, *, schemes: str = "https://") -> Url:
    try:
        url = Url(text)
    except ValueError:
        raise ValueError("is not a URL") from None
    # The parser forgives what others read differently.
    strict = re.fullmatch(r"https?://[^\s\\/?#]+([/?#][^\s\\]*)?", text, flags=re.IGNORECASE)
    if strict is None or not url.host:
        raise ValueError(f"is not a URL that begins with {schemes}")
    if url.port == 0:
        raise ValueError("has the port 0, which nothing listens on")
    if url.username or url.password or "@" in re.split("[/?#]", text)[2]:
        raise ValueError("must not have a user name or password in it")
    return url


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="")


def _refuse_plain_http(url: Url) -> None:
    if url.scheme != "https" and not _is_this_machine(url.host or ""):
        raise ValueError("must begin with https:// (http:// is for this machine only)")


def _refuse_path(url: Url) -> None:
    if (url.path or "/") != "/" or url.query is not None or url.fragment is not None:
        raise ValueError("must end after the host, without a path or query")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _rebuilt(url: Url) -> str:
    usual = {"https": _HTTPS, "http": 80}[url.scheme]
    port = "" if url.port == usual else f":{url.port}"
    query = "" if url.query is None else f"?{url.query}"
    fragment = "" if url.fragment is None else f"#{url.fragment}"
    return f"{url.scheme}://{url.host}{port}{(url.path or '').rstrip('/')}{query}{fragment}"


PublicSite = Annotated[str, written(read_public_site)]
Page = Annotated[str, written(read_page)]
Authority = Annotated[str, written(read_authority)]
Graph = Annotated[str, written(read_graph)]
Proxy = Annotated[SecretStr, written(read_proxy)]
