"""How addresses of Graph are written: ids in paths, literals in filters, links to the next page.

Source: Graph's page on query parameters, and the OData 4.0 URL conventions.
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx

from domain.failures import BadRequest
from domain.plain_text import encodable


def segment(text: str) -> str:
    """Return an id as one segment of a path, percent-encoded (guests have ``#EXT#`` in theirs).

    Raises:
        BadRequest: the text is empty or made of dots, so the path would name another thing, or it
            holds half of a UTF-16 pair, which no address can.
    """
    if text.strip(".") == "":
        raise BadRequest("An id is empty, so Graph can't be asked about it.")
    if encodable(text) != text:
        raise BadRequest("An id holds half a character, so Graph can't be asked about it.")
    return quote(text, safe="")


def literal(text: str) -> str:
    """Return a text as a string literal of an OData filter: quotes around it, doubled inside."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def with_query(url: str, params: Mapping[str, str] | None) -> str:
    """Append query options, with spaces as ``%20``: a plus sign isn't a space everywhere.

    Half of a UTF-16 pair, which no address can hold, becomes a question mark.
    """
    if not params:
        return url
    return f"{url}?" + "&".join(
        f"{name}={quote(value, safe='', errors='replace')}" for name, value in params.items()
    )


def is_within(base_url: str, link: str) -> bool:
    """Say whether a link stays at the scheme, host and port that the token may be sent to.

    What is no address at all leads nowhere: half a character, or a host that isn't written as one.
    """
    host, _, _ = link.partition("://")[2].partition("/")
    if encodable(link) != link or not host.isascii():
        return False
    try:
        base, other = httpx.URL(base_url), httpx.URL(link)
        # With credentials in it, httpx would make an Authorization header of them.
        return not other.userinfo and _origin(base) == _origin(other)
    except (httpx.InvalidURL, UnicodeError):
        return False


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)
