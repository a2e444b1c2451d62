"""A proxy between a client and Graph, which now and then answers in Graph's place."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from http import HTTPStatus
from itertools import cycle

from starlette.responses import RedirectResponse, Response

from simulated_tenant.traits import Traits

_PAGE = "<html><head><title>Sign in</title></head><body>Who are you?</body></html>"
_SIGN_IN = "https://proxy.contoso.example/sign-in"


class _Form(StrEnum):
    """What a proxy does in place of passing a call and its answer on."""

    PAGE = "page"
    HALF = "half"
    REDIRECT = "redirect"
    NOTHING = "nothing"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    DONE_AND_NOTHING = "done and nothing"


_PAGES = {
    _Form.PAGE: HTTPStatus.OK,
    _Form.FORBIDDEN: HTTPStatus.FORBIDDEN,
    _Form.NOT_FOUND: HTTPStatus.NOT_FOUND,
}


class Proxy:
    """Answers one of so many calls (the trait ``proxy``), each time in another form."""

    def __init__(self, traits: Traits) -> None:
        """Begin with the first form."""
        self._traits = traits
        self._calls = 0
        self._forms = cycle(_Form)

    async def answer(self, ask: Callable[[], Awaitable[Response]]) -> Response:
        """Ask Graph, and pass its answer on, or not, or in part; or don't ask at all."""
        every = self._traits.proxy
        self._calls = self._calls + 1 if every else 0
        if every is None or self._calls % every:
            return await ask()
        form = next(self._forms)
        if page := _PAGES.get(form):
            return Response(_PAGE, page, media_type="text/html")
        if form is _Form.REDIRECT:
            return RedirectResponse(_SIGN_IN, status_code=HTTPStatus.FOUND)
        if form is _Form.NOTHING:
            return Response()
        answer = await ask()
        if form is _Form.DONE_AND_NOTHING:
            return Response()
        half = bytes(answer.body)[: len(answer.body) // 2]
        return Response(half, answer.status_code, media_type="application/json")
