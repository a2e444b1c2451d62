"""One page of what was asked for, and the addresses of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some of the things that were asked for.

    Attributes:
        rows: what is on this page.
        total: how many there are on all pages.
        number: which page this is, beginning with 1.
        asked: the parameters of the address but for the page, without those that are empty.
        path: where the page is.
    """

    rows: Sequence[T]
    total: int
    number: int
    asked: dict[str, str]
    path: str

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def first_row(self) -> int:
        """The place of this page's first row among all, beginning with 1."""
        return (self.number - 1) * PER_PAGE + 1

    def get(self, name: str) -> str:
        """Return a parameter of the address, empty where it isn't there."""
        return self.asked.get(name, "")

    def at(self, number: int) -> str:
        """Return the address of another page."""
        return f"{self.path}?{urlencode({**self.asked, 'page': str(number)})}"

    def with_(self, **changes: str) -> str:
        """Return the address of the first page of what is asked for with these changes."""
        asked = {name: value for name, value in {**self.asked, **changes}.items() if value}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path


def page_of(found: Sequence[T], request: Request) -> Page[T]:
    """Return the page that a request asks for, the nearest where there is none of that number."""
    asked = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    wanted = asked.pop("page", "1")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < PER_PAGE else 1
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, number), last)
    start = (number - 1) * PER_PAGE
    return Page(
        rows=found[start : start + PER_PAGE],
        total=len(found),
        number=number,
        asked=asked,
        path=request.url.path,
    )
