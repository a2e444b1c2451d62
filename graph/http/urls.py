"""How addresses of Graph are written: ids in paths, literals in filters, links to the next page.

Source: Graph's page on query parameters, and the OData 4.0 URL conventions.
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx

from domain.failures import BadRequest


def segment(text: str) -> str:
    """Return an id as one segment of a path, percent-encoded (guests have ``#EXT#`` in theirs).

    Raises:
        BadRequest: the text is empty or made of dots, so the path would name another thing.
    """
    if text.strip(".") == "":
        raise BadRequest("An id is empty, so Graph can't be asked about it.")
    return quote(text, safe="")


def literal(text: str) -> str:
    """Return a text as a string literal of an OData filter: quotes around it, doubled inside."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def with_query(url: str, params: Mapping[str, str] | None) -> str:
    """Append query options, with spaces as ``%20``: a plus sign isn't a space everywhere."""
    if not params:
        return url
    return f"{url}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())


def is_within(base_url: str, link: str) -> bool:
    """Say whether a link stays at the scheme, host and port that the token may be sent to."""
    try:
        base, other = httpx.URL(base_url), httpx.URL(link)
    except httpx.InvalidURL:
        return False
    if other.userinfo:
        # httpx would turn it into an Authorization header in place of the token.
        return False
    return (base.scheme, base.host, _port(base)) == (other.scheme, other.host, _port(other))


def _port(url: httpx.URL) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)
