"""What all control endpoints share: JSON in, JSON out, plain errors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class ControlError(Exception):
    """A control request that can't be carried out."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the answer."""
        super().__init__(message)
        self.status = int(status)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRequest:
    """A control request: its path's parameters, query and JSON body."""

    params: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Endpoint = Callable[[ControlRequest], Any]


def route(path: str, method: str, endpoint: Endpoint) -> Route:
    """Make a route of a function that returns what is to be answered as JSON.

    None is answered by 204. A missing thing (KeyError) is a 404, a wrong value (ValueError,
    TypeError) a 400, a body that isn't declared as JSON a 415: a page of another origin can't
    send one without asking.
    """
    return Route(path, _answering(endpoint), methods=[method])


def _answering(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            found = endpoint(await _read(request))
        except ControlError as error:
            return _refusal(error.status, error.message)
        except KeyError as error:
            return _refusal(HTTPStatus.NOT_FOUND, str(error.args[0]) if error.args else "")
        except (TypeError, ValueError) as error:
            return _refusal(HTTPStatus.BAD_REQUEST, str(error))
        if found is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return JSONResponse(found)

    return answer


async def _read(request: Request) -> ControlRequest:
    body: Any = {}
    if request.method not in {"GET", "DELETE"} and await request.body():
        if "json" not in request.headers.get("content-type", ""):
            raise ControlError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
        body = await request.json()
        if not isinstance(body, dict):
            raise ControlError(HTTPStatus.BAD_REQUEST, "send a JSON object")
    return ControlRequest(
        params={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        body=body,
    )


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
