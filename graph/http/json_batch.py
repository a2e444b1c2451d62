"""Reads that one piece of work makes in the same moment, asked by one request to Graph.

Source: Graph's pages "Combine multiple HTTP requests using JSON batching" and "Throttling". A batch
saves requests and connections, and no quota: each read in it is counted, refused and throttled as
one of its own. https://learn.microsoft.com/graph/json-batching
"""

import asyncio
import json
import logging
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from graph.http.answers import CLIENT_REQUEST_ID
from graph.http.errors import NEVER_SENT
from graph.http.exchange import LARGEST_ANSWER, Answer, Exchange

MOST_READS = 20
ALONE_FOR = timedelta(hours=1)
"""How long no batch is sent after one that was refused as one."""
APART_FOR = timedelta(minutes=1)
"""How long no batch is sent after one that failed or hung, or that had a page for an answer.

A single part of it may be why it failed.
"""

_AUTHORIZATION = "Authorization"
# The request has these, and they hold for its parts.
_OF_THE_WHOLE = (_AUTHORIZATION, "User-Agent", "Accept")
# What the answer to the whole says of each part, unless it says so itself: by its own time a date
# to which somebody is asked to wait is measured.
_WHOLE_SAYS = ("request-id", "Date")
# What stands for the whole batch, whatever it is about: no part of it was looked at.
_OF_ALL = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
)
# What is quoted in an address, and means the same without.
_MEANT = {quote(one, safe=""): one for one in " $'(),:@"}
_HARMLESS = re.compile("|".join(_MEANT), re.IGNORECASE)
_PLAIN = re.compile(r"/[\w .~$'(),:@/?&=-]*", re.ASCII)
_LOWEST, _HIGHEST = 100, 599
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A read that waits for its answer, which is None where it has to be asked by itself."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None
    answer: asyncio.Future[Answer | None]

    def written(self, number: int) -> dict[str, Any]:
        """Return it as a part of a batch."""
        headers = {name: self.headers[name] for name in self.headers if name not in _OF_THE_WHOLE}
        part: dict[str, Any] = {
            "id": str(number),
            "method": self.method,
            "url": self.path,
            "headers": headers,
        }
        if self.content is not None:
            part["body"] = json.loads(self.content)
        return part


class BatchedReads:
    """Asks as its exchange does, but reads with one token and one request id together.

    Each gets its own answer, or the failure of the whole request. A piece of work has one request
    id (``client-request-id``), so what others ask never waits for it, and Microsoft's logs show all
    of it by this id.
    """

    def __init__(
        self, http: Exchange, base_url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask by this exchange; what isn't below ``base_url`` is asked by itself."""
        self._http = http
        self._base_url = base_url
        self._clock = clock
        self._alone_until = -math.inf
        self._waiting: dict[tuple[str, str], list[_Read]] = {}
        self._requests: set[asyncio.Task[None]] = set()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None,
        limits: httpx.Timeout,
    ) -> Answer:
        """Return the whole answer to a request that changes nothing.

        Raises:
            HTTPError: as its exchange does.
        """
        path = self._path(url)
        if path is not None and self._clock() >= self._alone_until:
            answer = await self._gathered(method, path, headers, content, limits)
            if answer is not None:
                return answer
        return await self._http.ask(method, url, headers=headers, content=content, limits=limits)

    def _path(self, url: str) -> str | None:
        """Return the address within a batch; None where it may mean another thing there.

        How often an address in a batch is decoded is contested, so only one goes that has nothing
        to decode: msgraph-sdk-dotnet#2708, msgraph-sdk-dotnet-core#896.
        """
        if not url.startswith(self._base_url):
            return None
        path, mark, query = url.removeprefix(self._base_url).partition("?")
        address = path + mark + query.replace("%2F", "/")
        plain = _HARMLESS.sub(lambda found: _MEANT[found[0].upper()], address)
        return plain if _PLAIN.fullmatch(plain) else None

    async def _gathered(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
        limits: httpx.Timeout,
    ) -> Answer | None:
        loop = asyncio.get_running_loop()
        kind = headers[_AUTHORIZATION], headers[CLIENT_REQUEST_ID]
        if kind not in self._waiting:
            self._waiting[kind] = []
            # Behind everything that is to run in this moment, which is what asks together.
            loop.call_soon(self._send, kind, limits)
        read = _Read(
            method=method,
            path=path,
            headers=headers,
            content=content,
            answer=loop.create_future(),
        )
        self._waiting[kind].append(read)
        return await read.answer

    def _send(self, kind: tuple[str, str], limits: httpx.Timeout) -> None:
        reads = [read for read in self._waiting.pop(kind) if not read.answer.done()]
        for some in _parts(reads):
            if len(some) == 1:
                some[0].answer.set_result(None)
                continue
            request = asyncio.get_running_loop().create_task(self._answer(some, limits))
            self._requests.add(request)
            request.add_done_callback(self._requests.discard)
            for read in some:
                read.answer.add_done_callback(partial(_end, some, request))

    async def _answer(self, reads: Sequence[_Read], limits: httpx.Timeout) -> None:
        """Ask, and give everybody who still waits their answer or failure."""
        try:
            answers = await self._ask(reads, limits)
        except Exception as failure:  # noqa: BLE001 - nobody may wait for ever
            if not isinstance(failure, NEVER_SENT):
                self._ask_alone(APART_FOR)
            answers = [failure] * len(reads)
        for read, answer in zip(reads, answers, strict=True):
            if read.answer.done():
                continue
            if isinstance(answer, Exception):
                read.answer.set_exception(answer)
            else:
                read.answer.set_result(answer)

    async def _ask(
        self, reads: Sequence[_Read], limits: httpx.Timeout
    ) -> Sequence[Answer | Exception | None]:
        parts = [read.written(number) for number, read in enumerate(reads, start=1)]
        first = reads[0].headers
        headers = {name: first[name] for name in (*_OF_THE_WHOLE, CLIENT_REQUEST_ID)}
        whole = await self._http.ask(
            "POST",
            f"{self._base_url}/$batch",
            headers=headers | {"Content-Type": "application/json"},
            content=json.dumps({"requests": parts}, ensure_ascii=False).encode(),
            limits=limits,
        )
        status = whole.status_code
        # Microsoft's page on throttling has a batch fail with 424 of which a part was throttled,
        # and its page on batches doesn't: the parts are told apart in either case.
        if whole.is_success or status == HTTPStatus.FAILED_DEPENDENCY:
            found = _responses(whole)
            if found is not None:
                return [_answer_of(found, part["id"], whole) for part in parts]
        if status in _OF_ALL or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            if status not in _OF_ALL and "Retry-After" not in whole.headers:
                self._ask_alone(APART_FOR)
            return [whole] * len(reads)
        # It says nothing of what was asked: a 404 here is nobody's absence. A proxy may be in the
        # way that lets no batch pass, or that wants a sign-in for a moment.
        self._ask_alone(ALONE_FOR if status >= HTTPStatus.BAD_REQUEST else APART_FOR)
        _log.warning("graph batch refused", extra={"status": status})
        return [None] * len(reads)

    def _ask_alone(self, period: timedelta) -> None:
        """Send no batch for a while: whoever asks again is held up by no other read then."""
        self._alone_until = max(self._alone_until, self._clock() + period.total_seconds())


def _parts(reads: Sequence[_Read]) -> Iterator[Sequence[_Read]]:
    """Cut reads into as few batches as there can be, each about as large as the others."""
    if not reads:
        return
    size = math.ceil(len(reads) / math.ceil(len(reads) / MOST_READS))
    for begin in range(0, len(reads), size):
        yield reads[begin : begin + size]


def _end(
    reads: Sequence[_Read], request: "asyncio.Task[None]", _: "asyncio.Future[Answer | None]"
) -> None:
    """End a request whose answer nobody waits for any more."""
    if all(read.answer.cancelled() for read in reads):
        request.cancel()


def _responses(whole: Answer) -> Sequence[Any] | None:
    """Return the answers in a batch's answer; None where it is no such answer."""
    if len(whole.content) > LARGEST_ANSWER:
        return None
    try:
        body = whole.json()
    except ValueError:
        return None
    found = body.get("responses") if isinstance(body, dict) else None
    return found if isinstance(found, list) else None


def _answer_of(responses: Sequence[Any], name: str, whole: Answer) -> Answer | Exception:
    """Return the answer to one part, by its id: Graph promises no order.

    A part without an answer, or with two, counts as one whose connection broke.
    """
    found = [one for one in responses if isinstance(one, dict) and one.get("id") == name]
    status = found[0].get("status") if len(found) == 1 else None
    if not isinstance(status, int) or not _LOWEST <= status <= _HIGHEST:
        return httpx.RemoteProtocolError("no whole answer")
    [answer] = found
    said = answer.get("headers")
    headers = httpx.Headers({name: whole.headers.get(name, "") for name in _WHOLE_SAYS})
    if isinstance(said, dict):
        headers.update({_header(name): _header(value) for name, value in said.items()})
    return Answer(status, headers, _content(answer.get("body")))


def _header(text: object) -> str:
    """Return what may stand in a header: within JSON it may be anything, such as an address."""
    return str(text).encode("ascii", "replace").decode()


def _content(body: object) -> bytes:
    """Return a part's body as it would be by itself; one that isn't JSON comes as base64.

    Escaped, since the directory holds halves of characters, too, which no encoding has.
    """
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode(errors="replace")
    return json.dumps(body).encode()
