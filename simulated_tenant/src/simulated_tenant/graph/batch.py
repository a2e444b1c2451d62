"""`$batch`: up to 20 requests in one, each with a status of its own."""

import base64
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from simulated_tenant.errors import bad_request
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok

_MAX_REQUESTS = 20
_VERSION = "/v1.0"
_OF_THE_WHOLE = frozenset({"request-id", "client-request-id"})

Answer = Callable[[GraphRequest], Awaitable[GraphResponse]]


async def run_batch(request: GraphRequest, answer: Answer, *, fails: bool = False) -> GraphResponse:
    """Carry out a batch; answers come in another order than the requests.

    A wrong batch is a 400 as a whole. A request whose dependency failed gets 424, and where a batch
    ``fails`` with a part that is throttled, so does the batch as a whole.
    """
    parts = _checked(request.body.get("requests"))
    statuses: dict[str, int] = {}
    responses = []
    for part in parts:
        if any(statuses.get(needed, 0) >= HTTPStatus.BAD_REQUEST for needed in _needed(part)):
            response = _failed_dependency()
        else:
            response = await answer(_request(request, part))
        statuses[part["id"]] = int(response.status)
        responses.append(_shown(part["id"], response))
    # Graph promises no order; the reverse one finds whoever relies on it.
    whole = ok({"responses": responses[::-1]})
    if fails and HTTPStatus.TOO_MANY_REQUESTS in statuses.values():
        whole.status = HTTPStatus.FAILED_DEPENDENCY
    return whole


def _checked(parts: Any) -> list[dict[str, Any]]:
    if not isinstance(parts, list) or not parts:
        raise bad_request("Invalid batch payload format.", "BadRequest")
    if len(parts) > _MAX_REQUESTS:
        raise bad_request(
            f"Number of batch request steps exceeds the maximum value of {_MAX_REQUESTS}.",
            "MaximumValueExceeded",
        )
    seen: set[str] = set()
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("id"), str):
            raise bad_request("Every request of a batch needs an id.", "BadRequest")
        url = part.get("url")
        if not isinstance(url, str) or url.startswith(("http:", "https:")):
            raise bad_request("The url of a request in a batch is relative.", "BadRequest")
        if part["id"] in seen or not seen.issuperset(_needed(part)):
            raise bad_request("Batch ids are unique, dependencies come first.", "BadRequest")
        headers = {name.lower() for name in part.get("headers", {})}
        if part.get("body") is not None and "content-type" not in headers:
            raise bad_request("A request with a body needs a Content-Type.", "BadRequest")
        if "$batch" in url:
            raise bad_request("Batches can't be nested.", "BadRequest")
        seen.add(part["id"])
    return parts


def _needed(part: dict[str, Any]) -> list[str]:
    return list(part.get("dependsOn") or ())


def _request(outer: GraphRequest, part: dict[str, Any]) -> GraphRequest:
    address = urlsplit("/" + part["url"].lstrip("/"))
    headers = {name.lower(): str(value) for name, value in part.get("headers", {}).items()}
    inherited = {"authorization": outer.headers.get("authorization", "")}
    return GraphRequest(
        method=str(part.get("method", "GET")).upper(),
        base_url=outer.base_url,
        path=_VERSION + unquote(address.path),
        query=dict(parse_qsl(address.query, keep_blank_values=True)),
        headers=inherited | headers,
        body=part.get("body"),
    )


def _shown(part_id: str, response: GraphResponse) -> dict[str, Any]:
    """Return a part's answer: ids are those of the whole, and what isn't JSON comes as base64."""
    headers = {"Content-Type": "application/json"} | response.headers
    shown = {name: value for name, value in headers.items() if name not in _OF_THE_WHOLE}
    part: dict[str, Any] = {"id": part_id, "status": int(response.status), "headers": shown}
    if response.content is not None:
        part["body"] = base64.b64encode(response.content).decode()
    elif response.body is not None:
        part["body"] = response.body
    return part


def _failed_dependency() -> GraphResponse:
    error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
    return GraphResponse(status=HTTPStatus.FAILED_DEPENDENCY, body={"error": error})
