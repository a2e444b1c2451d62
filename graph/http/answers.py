"""What goes with every request, and what is read from every answer of Graph."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from domain.correlation import correlation_id
from domain.failures import TooLarge
from graph.http.errors import Purpose, cut_short, unknown_form
from graph.http.exchange import LARGEST_ANSWER, Answer

Json = dict[str, Any]

USER_AGENT = "NONISV|mfa-rollout|mfa-rollout/1.0"
"""Decorated as SharePoint asks for; it prefers such traffic when it is busy."""

CLIENT_REQUEST_ID = "client-request-id"
"""The header that says to which piece of work a request belongs; Microsoft keeps it."""

_JSON = {"Content-Type": "application/json"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A call, however often it is tried. ``is_read``: it may go with others (``json_batch``)."""

    method: str
    url: str
    purpose: Purpose
    idempotent: bool
    is_read: bool = False
    json: Json | None = None
    headers: Mapping[str, str] | None = None
    begin_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a collection.

    Attributes:
        rows: may be none, also where pages follow.
        next_link: the address of the next page, None behind the last.
        ends_delta: whether it says that all changes were read.
    """

    rows: list[Json]
    next_link: str | None
    ends_delta: bool = False


def request_headers(
    token: str, more: Mapping[str, str] | None, *, with_body: bool
) -> dict[str, str]:
    """Return the headers of a request: the token goes to Graph alone."""
    return {
        "Accept": "application/json",
        **(_JSON if with_body else {}),
        "User-Agent": USER_AGENT,
        CLIENT_REQUEST_ID: correlation_id.get() or str(uuid4()),
        **(more or {}),
        "Authorization": f"Bearer {token}",
    }


def content_of(body: Json | None) -> bytes | None:
    """Return a body as it is sent."""
    if body is None:
        return None
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode()


def whole(answer: Answer, purpose: Purpose) -> Answer:
    """Return an answer that was read to its end.

    Raises:
        TooLarge: the body has more than ``LARGEST_ANSWER`` bytes.
    """
    if len(answer.content) > LARGEST_ANSWER:
        raise TooLarge(
            f"Could not {purpose.doing}: an answer has more than {LARGEST_ANSWER >> 20} MB."
        )
    return answer


def json_of(response: Answer, purpose: Purpose) -> Json | None:
    """Return the body of an answer, None where it has none.

    Raises:
        ServiceUnavailable: it is the beginning of one, which somebody on the way has cut.
        UnexpectedAnswer: it is no JSON object.
    """
    if not response.content:
        return None
    try:
        body = response.json()
    except ValueError:
        begins = response.content.lstrip().startswith(b"{")
        raise (cut_short(purpose) if begins else unknown_form(purpose)) from None
    if not isinstance(body, dict):
        raise unknown_form(purpose)
    return body


def note(method: str, response: Answer, purpose: Purpose, *, request_id: str) -> None:
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
            "client_request_id": request_id,
        },
    )
