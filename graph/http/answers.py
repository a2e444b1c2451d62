"""What goes with every request, and what is read from every answer of Graph."""

import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from domain.correlation import correlation_id
from domain.failures import BadRequest, RolloutError, ServiceUnavailable, TooLarge, UnexpectedAnswer
from graph.http import proxy
from graph.http.errors import Purpose, cut_short, not_graphs, said_otherwise, unknown_form
from graph.http.exchange import LARGEST_ANSWER, Answer

Json = dict[str, Any]

USER_AGENT = "NONISV|mfa-rollout|mfa-rollout/1.0"
"""Decorated as SharePoint asks for; it prefers such traffic when it is busy."""

CLIENT_REQUEST_ID = "client-request-id"
"""The header that says to which piece of work a request belongs; Microsoft keeps it."""

_JSON = {"Content-Type": "application/json"}
_log = logging.getLogger(__name__)

# A 400 to the link to a next page, in large tenants: msgraph-sdk-dotnet#2254.
_PAGE_EXPIRED = "Directory_ExpiredPageToken"


@dataclass(frozen=True, slots=True)
class Call:
    """A call, however often it is tried.

    Attributes:
        is_read: it may go with others (``json_batch``).
        done: the status that alone says that it is done; None where a body says so.
        is_json: False for a mail or an attachment, which is answered as it is.
    """

    method: str
    url: str
    purpose: Purpose
    idempotent: bool
    is_read: bool = False
    json: Json | None = None
    headers: Mapping[str, str] | None = None
    begin_by: datetime | None = None
    done: int | None = None
    is_json: bool = True


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


def failure_in(response: Answer, call: Call) -> RolloutError | None:
    """Return the failure that a 2xx stands for all the same, None for what Graph documents."""
    purpose = call.purpose
    if not call.is_json:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        return not_graphs(response, purpose) if kind == "text/html" else None
    if call.done is not None and response.status_code != call.done:
        return not_graphs(response, purpose)
    text = response.content.strip()
    if not text:
        return None if _may_be_empty(response, call) else not_graphs(response, purpose)
    try:
        body = response.json()
    except ValueError:
        return cut_short(purpose) if text.startswith(b"{") else not_graphs(response, purpose)
    if not isinstance(body, dict):
        return unknown_form(purpose)
    return said_otherwise(response, purpose) if isinstance(body.get("error"), dict) else None


def _may_be_empty(response: Answer, call: Call) -> bool:
    """Say whether an answer without a body may be Graph's: to a change it may be, by its 204."""
    if call.done is not None:
        return True
    return response.status_code == HTTPStatus.NO_CONTENT and not call.is_read


def json_of(response: Answer) -> Json | None:
    """Return the body of an answer in which there is no failure, None where it has none."""
    body: Json | None = response.json() if response.content.strip() else None
    return body


def id_of(row: Json, purpose: Purpose) -> str:
    """Return the id of a thing that Graph describes.

    Raises:
        UnexpectedAnswer: it has none, as in what something else answers in Graph's place.
    """
    found = row.get("id")
    if not isinstance(found, str) or not found:
        raise unknown_form(purpose)
    return found


def list_of(value: object) -> list[Any]:
    """Return the values of a property that is a list; none where it is null or something else."""
    return value if isinstance(value, list) else []


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


def astray(purpose: Purpose) -> UnexpectedAnswer:
    """Return the failure of a next page that isn't to be asked for: elsewhere, or itself."""
    return UnexpectedAnswer(
        f"Could not {purpose.doing}: the link to the next page leads away from Graph or in "
        "a circle, and was not followed. Check MICROSOFT_CLOUD and the proxies in between."
    )


def of_next_page(refusal: BadRequest, purpose: Purpose) -> RolloutError:
    """Return the failure of a page that a link led to: where Graph has forgotten it, that passes.

    It keeps the status then, 400, by which a forgotten page is told from an answer that was cut.
    """
    if refusal.code != _PAGE_EXPIRED:
        return refusal
    return cut_short(purpose, status=refusal.status)


def no_answer(error: httpx.HTTPError, purpose: Purpose) -> ServiceUnavailable:
    """Return the failure that a broken, refused or overdue exchange stands for."""
    if about_proxy := proxy.explain(error):
        reason = about_proxy
    elif _certificate_refused(error):
        reason = "Graph's TLS certificate is not trusted. Check CA_BUNDLE and the proxies between."
    else:
        reason = f"no answer from Graph ({type(error).__name__})."
    return ServiceUnavailable(f"Could not {purpose.doing}: {reason}")


def _certificate_refused(error: BaseException | None) -> bool:
    """Say whether a certificate was the cause; httpx has no type for that, its causes have."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
