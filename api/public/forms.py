"""Reads a posted form of a public page, and never more of it than such a form can hold.

Knows forms that another site has posted.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_BODY_BYTES = 4096
_FORM = "application/x-www-form-urlencoded"


def is_cross_site(request: Request) -> bool:
    """Say whether the visitor's browser tells that another site has made the request.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    return request.headers.get("sec-fetch-site") == "cross-site"


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form, or none at all if the body is too long or no such form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != _FORM:
        return {}
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=10))
    except ValueError:
        return {}
