"""One Graph request and its answer, free of any web framework (`$batch` makes its own)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from simulated_tenant.entra.tokens import Caller
from simulated_tenant.errors import bad_request

_PAGING = frozenset({"$skiptoken", "$skip", "$deltatoken", "token"})


@dataclass(kw_only=True, slots=True)
class GraphRequest:
    """A request as a handler sees it.

    ``base_url`` is scheme and host as the caller wrote them, ``path`` the decoded path from
    ``/v1.0`` on, ``headers`` have lower-case names, ``body`` is parsed JSON, ``is_malformed`` says
    that what came as JSON is none.
    """

    method: str
    base_url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    raw_body: bytes = b""
    is_malformed: bool = False
    params: tuple[str, ...] = ()
    caller: Caller = field(default_factory=Caller)

    @property
    def url(self) -> str:
        """The absolute URL, encoded as Microsoft's own clients do (``@`` as ``%40``)."""
        encoded = self.base_url + quote(self.path, safe="/$:,!'()=")
        return f"{encoded}?{self.encode(self.query)}" if self.query else encoded

    def url_with(self, **query: str) -> str:
        """Return this request's URL with query options added, ``skiptoken`` as ``$skiptoken``.

        Options that page on are replaced, the others are kept: that is what a nextLink holds.
        """
        kept = {k: v for k, v in self.query.items() if k not in _PAGING}
        added = {"$" + k if "$" + k in _PAGING else k: v for k, v in query.items()}
        address = self.base_url + quote(self.path, safe="/$:,!'()=")
        query_string = self.encode(kept | added)
        return f"{address}?{query_string}" if query_string else address

    @staticmethod
    def encode(query: Mapping[str, str]) -> str:
        """Encode a query string, leaving the ``$`` of OData options readable."""
        return urlencode(query, safe="$(),/:'", quote_via=quote)

    def option(self, name: str) -> str | None:
        """Return a query option such as ``$select``, or None."""
        return self.query.get(name)

    def prefers(self, preference: str) -> bool:
        """Say whether the Prefer header holds a preference, ignoring case and spaces."""
        wanted = preference.lower().replace(" ", "")
        return wanted in self.headers.get("prefer", "").lower().replace(" ", "")

    def json_object(self) -> dict[str, Any]:
        """Return the body as a JSON object, or refuse the request."""
        if not isinstance(self.body, dict):
            raise bad_request("Unable to read JSON request payload.", "BadRequest")
        return self.body


@dataclass(kw_only=True, slots=True)
class GraphResponse:
    """An answer: a JSON body, or bytes, or nothing. ``takes`` is how long it takes to find."""

    status: int = HTTPStatus.OK
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    takes: timedelta = timedelta(0)


def ok(body: Any) -> GraphResponse:
    """Answer 200 with a body."""
    return GraphResponse(body=body)


def created(body: Any) -> GraphResponse:
    """Answer 201 with the new thing."""
    return GraphResponse(status=HTTPStatus.CREATED, body=body)


def no_content() -> GraphResponse:
    """Answer 204."""
    return GraphResponse(status=HTTPStatus.NO_CONTENT)


def accepted() -> GraphResponse:
    """Answer 202 without a body: work will be done, or not."""
    return GraphResponse(status=HTTPStatus.ACCEPTED)
