"""Addresses of databases."""

from urllib.parse import parse_qs, urlsplit

SCHEMES = ("sqlite+aiosqlite", "postgresql+asyncpg")


def read_database_url(text: str) -> str:
    """Read the address of an SQLite file, or of a PostgreSQL database."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if url.scheme not in SCHEMES:
        raise ValueError("must begin with postgresql+asyncpg:// or sqlite+aiosqlite:///")
    if url.scheme == SCHEMES[0]:
        if url.netloc or len(url.path) <= 1:
            raise ValueError(
                "must have three slashes and a path: sqlite+aiosqlite:///data/x.sqlite"
            )
        return text
    # A folder in place of a host is that of a socket, as PostgreSQL's own tools have it.
    host = url.hostname or "".join(parse_qs(url.query).get("host", ()))
    if not host or not url.path.strip("/"):
        raise ValueError("must name a host and a database")
    if port == 0:
        raise ValueError("has the port 0")
    return text
