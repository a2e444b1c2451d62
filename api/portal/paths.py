"""Where the portal's pages are."""

from collections.abc import Collection, Iterator, Mapping

from domain.plain_text import address_parts, bounded_line

PORTAL = "/portal"
SIGN_IN = f"{PORTAL}/sign-in"
SIGNED_IN = f"{PORTAL}/signed-in"
SIGN_OUT = f"{PORTAL}/sign-out"
STATIC = f"{PORTAL}/static"
MAILS = f"{PORTAL}/mails"

_LONGEST = 2_000


def is_of_the_portal(path: str) -> bool:
    """Say whether a path is one of the portal's."""
    return path == PORTAL or path.startswith(f"{PORTAL}/")


def unknown_names(values: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Give what an address asks for by names that its page doesn't know, as texts to show."""
    for name, value in values.items():
        if value and name not in known:
            yield f"{bounded_line(name)}: {bounded_line(value)}"


def own_page(text: str | None) -> str:
    """Return the page of ours that a link names, the overview for anything else.

    What is in a link comes from anywhere: an address elsewhere, also one that browsers read as one
    (two slashes, or a backslash, before a host), is never gone to.
    """
    wanted = (text or "")[:_LONGEST]
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and " " not in wanted
    parts = address_parts(wanted if plain else "")
    if parts.scheme or parts.netloc or not is_of_the_portal(parts.path):
        return PORTAL
    if parts.path in {SIGN_IN, SIGNED_IN, SIGN_OUT} or "//" in parts.path or ".." in parts.path:
        return PORTAL
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
