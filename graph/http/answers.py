"""What goes with every request, and what is read from every answer of Graph."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from domain.correlation import correlation_id
from domain.failures import TooLarge
from graph.http.errors import Purpose, unknown_form

Json = dict[str, Any]

USER_AGENT = "NONISV|mfa-rollout|mfa-rollout/1.0"
"""Decorated as SharePoint asks for; it prefers such traffic when it is busy."""

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes read of one answer: anybody may send a large mail to a sender mailbox."""

# What describes the body on the wire, and not the one that was read.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a collection, and the address of the next, None behind the last."""

    rows: list[Json]
    next_link: str | None


def request_headers(token: str, more: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers of a request: the token goes to Graph alone."""
    return {
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        "client-request-id": correlation_id.get() or str(uuid4()),
        **(more or {}),
        "Authorization": f"Bearer {token}",
    }


async def read_whole(response: httpx.Response, purpose: Purpose) -> httpx.Response:
    """Return an answer with its body, once that has arrived.

    Raises:
        TooLarge: the body has more than ``LARGEST_ANSWER`` bytes; the rest isn't read.
    """
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TooLarge(
                f"Could not {purpose.doing}: an answer has more than {LARGEST_ANSWER >> 20} MB."
            )
    headers = [(k, v) for k, v in response.headers.multi_items() if k not in _OF_THE_WIRE]
    return httpx.Response(
        response.status_code, headers=headers, content=bytes(body), request=response.request
    )


def json_of(response: httpx.Response, purpose: Purpose) -> Json | None:
    """Return the body of an answer, None where it has none.

    Raises:
        UnexpectedAnswer: it is no JSON object.
    """
    if not response.content:
        return None
    try:
        body = response.json()
    except ValueError:
        raise unknown_form(purpose) from None
    if not isinstance(body, dict):
        raise unknown_form(purpose)
    return body


def note(method: str, response: httpx.Response, purpose: Purpose) -> None:
    """Log what could not be done, with the ids by which Microsoft's support finds the call.

    A 404 is often the answer to a question, so only who looks closely reads of it.
    """
    # Neither address nor body: both may name a person.
    _log.log(
        logging.DEBUG if response.status_code == HTTPStatus.NOT_FOUND else logging.INFO,
        "graph call failed",
        extra={
            "doing": purpose.doing,
            "method": method,
            "status": response.status_code,
            "request_id": response.headers.get("request-id"),
            "client_request_id": response.request.headers["client-request-id"],
        },
    )
