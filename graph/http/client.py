"""One exchange with Microsoft Graph: token, ids, retries, paging; failures as we name them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from domain.failures import BadRequest, RolloutError, Throttled, TooLate
from graph.http.answers import (
    CLIENT_REQUEST_ID,
    Call,
    Json,
    Page,
    astray,
    content_of,
    failure_in,
    json_of,
    no_answer,
    note,
    of_next_page,
    request_headers,
    whole,
)
from graph.http.back_off import BackOff, service_of
from graph.http.call_metrics import measured
from graph.http.errors import (
    NEVER_SENT,
    Purpose,
    cut_short,
    failure_of,
    left_alone,
    unknown_form,
)
from graph.http.exchange import Answer, Exchange
from graph.http.json_batch import BatchedReads
from graph.http.retries import Patience, Retries
from graph.http.tokens import Tokens
from graph.http.transport import TIMEOUT
from graph.http.urls import is_within, with_query


class GraphClient:
    """Speaks to Graph for one app.

    Every failure is one of ``domain.failures``. What the service can't have done yet, and what may
    be done twice, is tried again in the call while the waits are short (``Patience``).
    """

    def __init__(
        self,
        http: Exchange,
        base_url: str,
        tokens: Tokens,
        *,
        patience: Patience | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        back_off: BackOff | None = None,
    ) -> None:
        """Use an open way to Graph, which stays the caller's to close.

        Args:
            http: see ``graph.http.transport.open_exchange``.
            base_url: with the version, ``https://graph.microsoft.com/v1.0``.
            tokens: where access tokens come from. They are sent to ``base_url``'s host alone.
            patience: bounds of the waits inside one call.
            timeout: bounds of one try.
            back_off: what has asked to be left alone; shared by the clients of one app.
        """
        self._http = http
        self.base_url = base_url.rstrip("/")
        self._reads = BatchedReads(http, self.base_url)
        self.tokens = tokens
        self._patience = patience or Patience()
        self._timeout = timeout
        self._back_off = back_off or BackOff()

    def with_patience(self, patience: Patience) -> "GraphClient":
        """Return a client of the same app that waits differently inside its calls."""
        return GraphClient(
            self._http,
            self.base_url,
            self.tokens,
            patience=patience,
            timeout=self._timeout,
            back_off=self._back_off,
        )

    def is_pressed(self, path: str) -> bool:
        """Say whether a service has little left, so that what needn't be done is left undone."""
        return self._back_off.is_pressed(self.base_url + path)

    async def get(
        self,
        path: str,
        purpose: Purpose,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Read one thing."""
        url = with_query(self.base_url + path, params)
        return await self._read(url, purpose, headers)

    async def content(
        self, path: str, purpose: Purpose, *, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Read what isn't JSON: a mail as MIME, or an attachment.

        Raises:
            TooLarge: it has more than ``LARGEST_ANSWER`` bytes; the rest wasn't read.
        """
        url = self.base_url + path
        call = Call("GET", url, purpose, headers=headers, idempotent=True, is_json=False)
        return (await self._answer(call)).content

    async def post(
        self,
        path: str,
        purpose: Purpose,
        *,
        json: Json | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
        is_read: bool = False,
        begin_by: datetime | None = None,
        done: HTTPStatus | None = None,
    ) -> Json | None:
        """Create a thing or start an action. None when the answer has no body.

        Args:
            path: below ``base_url``.
            purpose: what a failure is told as.
            json: the body; None sends ``Content-Length: 0``.
            headers: in addition to our own.
            idempotent: doing it twice is the same as doing it once, so 5xx may be tried again.
            is_read: nothing is done at all; it may go with others (``json_batch``).
            begin_by: until when a request has to begin, or isn't made.
            done: the only status that says that an action, which is answered by none, is done.

        Raises:
            TooLate: it could not begin in time.
        """
        call = Call(
            "POST",
            self.base_url + path,
            purpose,
            json=json,
            headers=headers,
            idempotent=idempotent or is_read,
            is_read=is_read,
            begin_by=begin_by,
            done=done,
        )
        return await self._exchange(call)

    async def patch(
        self,
        path: str,
        purpose: Purpose,
        *,
        json: Json,
        headers: Mapping[str, str] | None = None,
    ) -> Json | None:
        """Set properties of a thing. Any 2xx is success: Graph's pages don't agree on which."""
        url = self.base_url + path
        call = Call("PATCH", url, purpose, json=json, headers=headers, idempotent=True)
        return await self._exchange(call)

    async def delete(
        self, path: str, purpose: Purpose, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Remove a thing. A repeated try may find it gone: then ``NotFound``."""
        url = self.base_url + path
        gone = HTTPStatus.NO_CONTENT
        await self._answer(Call("DELETE", url, purpose, True, headers=headers, done=gone))

    async def pages(
        self,
        path: str,
        purpose: Purpose,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        delta: bool = False,
    ) -> AsyncIterator[Json]:
        """Yield the rows of a collection, page after page; an empty page isn't the end.

        Raises:
            UnexpectedAnswer: the next page is on another host, or one that was read already.
            ServiceUnavailable: a ``delta`` didn't come to its end, or the directory has forgotten
                what page is next: it has to be read from its beginning.
        """
        link: str | None = with_query(self.base_url + path, params)
        read: set[str | None] = set()
        while link is not None:
            read.add(link)
            try:
                page = await self.page(link, purpose, headers=headers)
            except BadRequest as refusal:
                raise of_next_page(refusal, purpose) from None
            for row in page.rows:
                yield row
            if (link := page.next_link) in read:
                raise astray(purpose)
        if delta and not page.ends_delta:
            raise cut_short(purpose)

    async def page(
        self, link: str, purpose: Purpose, *, headers: Mapping[str, str] | None = None
    ) -> "Page":
        """Read one page of a collection, for callers who choose when to read the next.

        Args:
            link: the whole address: of the collection, or as the page before named the next.
            purpose: what a failure is told as.
            headers: in addition to our own.

        Raises:
            UnexpectedAnswer: this or the next page is on another host, or the next is this one.
        """
        # The access token goes where the link points, so it may point to Graph alone.
        if not is_within(self.base_url, link):
            raise astray(purpose)
        answer = await self._read(link, purpose, headers)
        rows, next_link = answer.get("value"), answer.get("@odata.nextLink")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise unknown_form(purpose)
        if next_link is not None and (
            not isinstance(next_link, str)
            or next_link == link
            or not is_within(self.base_url, next_link)
        ):
            raise astray(purpose)
        return Page(rows=rows, next_link=next_link, ends_delta="@odata.deltaLink" in answer)

    async def _read(self, url: str, purpose: Purpose, headers: Mapping[str, str] | None) -> Json:
        call = Call("GET", url, purpose, headers=headers, idempotent=True, is_read=True)
        return await self._exchange(call) or {}

    async def _exchange(self, call: Call) -> Json | None:
        return json_of(await self._answer(call))

    async def _answer(self, call: Call) -> Answer:
        retries = Retries(self._patience, idempotent=call.idempotent)
        token = await self.tokens.token()
        content = content_of(call.json)
        renewed = False
        while True:
            unsent = timed_out = False
            sent = request_headers(token, call.headers, with_body=content is not None)
            try:
                response = await self._request(call, content=content, headers=sent)
            except Throttled as throttled:
                failure: RolloutError = throttled
            except httpx.HTTPError as error:
                unsent = isinstance(error, NEVER_SENT)
                timed_out = isinstance(error, httpx.TimeoutException) and not unsent
                failure = no_answer(error, call.purpose)
            else:
                self._back_off.announced(call.url, response.headers)
                wrong = failure_in(response, call) if response.is_success else None
                if response.is_success and wrong is None:
                    return response
                note(call.method, response, call.purpose, request_id=sent[CLIENT_REQUEST_ID])
                if response.status_code == HTTPStatus.UNAUTHORIZED and not renewed:
                    # Revoked, or expired on the way. Nothing was done, so any method may repeat.
                    renewed = True
                    token = await self.tokens.refresh(token)
                    continue
                if response.status_code == HTTPStatus.FORBIDDEN and not renewed:
                    # What was granted since the token was made doesn't stand in it.
                    renewed = True
                    if (newer := await self.tokens.newer(token)) is not None:
                        token = newer
                        continue
                failure = wrong or failure_of(response, call.purpose)
                self._back_off.heeded(call.url, failure)
            pause = retries.pause_after(failure, unsent=unsent, timed_out=timed_out)
            if pause is None:
                # Not chained: httpx and json quote what must not be quoted.
                raise failure from None
            await asyncio.sleep(pause.total_seconds())

    async def _request(
        self, call: Call, *, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Ask once, unless what is asked wants to be left alone or it is too late."""
        url, purpose = call.url, call.purpose
        if (rest := self._back_off.rest(url)) is not None:
            raise left_alone(rest, purpose)
        async with self._back_off.place(url):
            if call.begin_by is not None and datetime.now(UTC) > call.begin_by:
                raise TooLate(f"Could not {purpose.doing}: the request could not begin in time.")
            async with measured(service_of(url)) as exchange:
                answer = await (self._reads if call.is_read else self._http).ask(
                    call.method, url, headers=headers, content=content, limits=self._timeout
                )
                return exchange.answered(whole(answer, purpose))
