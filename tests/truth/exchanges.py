"""A record of what our client said to Graph and what it heard, as it went over the wire.

It is made at the client, so that it shows what arrived: also from a tenant whose answers were
changed on the way.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer; bodies are parsed JSON, None where there is none.

    ``headers`` are the request's, without its token.
    """

    method: str
    url: str
    headers: dict[str, str]
    request_body: Any
    status: int
    content_type: str
    answer: Any

    @property
    def is_success(self) -> bool:
        """Say whether the tenant did what was asked."""
        return self.status < 400

    def __str__(self) -> str:
        """Name the exchange in a list of problems."""
        return f"{self.method} {self.url} -> {self.status}"


class Recorder:
    """Keeps every exchange of the HTTP clients that it watches, those of a batch one by one.

    ``requests`` counts a batch as one.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.exchanges: list[Exchange] = []
        self.requests = 0

    def watch(self, http: httpx.AsyncClient) -> None:
        """Record what goes through a client from now on."""
        hooks = http.event_hooks
        hooks["response"].append(self._record)
        http.event_hooks = hooks

    async def _record(self, response: httpx.Response) -> None:
        request = response.request
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
        # The client reads the raw body after this hook, and it can be read only once.
        response.stream = httpx.ByteStream(raw)
        response.is_stream_consumed = response.is_closed = False
        whole = httpx.Response(response.status_code, headers=response.headers, content=raw)
        kept = {name: value for name, value in request.headers.items() if name != "authorization"}
        exchange = Exchange(
            method=request.method,
            url=str(request.url),
            headers=kept,
            request_body=_parsed(request.content),
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            answer=_parsed(whole.content),
        )
        self.requests += 1
        base, batch, _ = exchange.url.partition("/$batch")
        self.exchanges += _parts(exchange, base) if batch else [exchange]


def _parts(batch: Exchange, base: str) -> Iterator[Exchange]:
    """Yield the exchanges of a batch, with all that Microsoft asks of one.

    https://learn.microsoft.com/graph/json-batching
    """
    requests = {one["id"]: one for one in batch.request_body["requests"]}
    assert 1 < len(requests) == len(batch.request_body["requests"]) <= 20
    assert batch.status == 200
    for answer in batch.answer["responses"]:
        asked = requests.pop(answer["id"])
        headers = {name.lower(): value for name, value in asked.get("headers", {}).items()}
        assert ("body" in asked) == (headers.get("content-type") == "application/json")
        said = {name.lower(): value for name, value in answer["headers"].items()}
        yield Exchange(
            method=asked["method"],
            # Nothing in it needs to be decoded; as a request line it would have no space.
            url=base + asked["url"].replace(" ", "%20"),
            headers=batch.headers | headers,
            request_body=asked.get("body"),
            status=answer["status"],
            content_type=said.get("content-type", ""),
            answer=answer.get("body"),
        )
    assert not requests


def _parsed(content: bytes) -> Any:
    """Return the JSON, the text where it is none, None for nothing."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")
