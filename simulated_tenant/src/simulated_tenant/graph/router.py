"""Find the handler of a Graph call; literal path segments are compared without regard to case."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from simulated_tenant.errors import GraphError, bad_request
from simulated_tenant.graph.messages import GraphRequest, GraphResponse
from simulated_tenant.tenant import SimulatedTenant

Handler = Callable[[SimulatedTenant, GraphRequest], GraphResponse]

_PARAMETER = "{id}"
# /sites/{hostname}:/{path} addresses a site by its place; it becomes one parameter.
_SITE_BY_PATH = re.compile(r"^/sites/([^/:]+):(/[^:]*?)/?(?::(/.*)?)?$", re.IGNORECASE)

_KEYED = re.compile(r"^(\w+)\('((?:[^']|'')+)'\)$")
_OPERATIONS = frozenset({"$batch", "$count", "$ref", "$value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and a path template such as ``/users/{id}/manager``, in lower case."""

    operation: str
    handler: Handler

    @property
    def method(self) -> str:
        """The HTTP verb."""
        return self.operation.partition(" ")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """The template's path segments."""
        return tuple(self.operation.partition(" ")[2].strip("/").split("/"))


class Router:
    """A table of routes, looked up by verb and number of segments."""

    def __init__(self, handlers: dict[str, Handler]) -> None:
        """Order the routes so that more literal templates win (``/users/delta``)."""
        self._routes: dict[int, list[Route]] = {}
        for operation, handler in handlers.items():
            route = Route(operation=operation, handler=handler)
            self._routes.setdefault(len(route.segments), []).append(route)
        for routes in self._routes.values():
            routes.sort(key=lambda route: route.segments.count(_PARAMETER))

    def find(self, method: str, path: str) -> tuple[Route, tuple[str, ...]]:
        """Return the route of a path below ``/v1.0`` and its parameters, or raise 400 or 405."""
        segments = _segments(path)
        known_path = False
        for route in self._routes.get(len(segments), []):
            params = _match(route.segments, segments)
            if params is None:
                continue
            if route.method == method:
                return route, params
            known_path = True
        if known_path:
            raise GraphError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "Request_BadRequest",
                "Specified HTTP method is not allowed for the request target.",
            )
        raise bad_request(
            f"Resource not found for the segment '{segments[-1][:64]}'.", "BadRequest"
        )


def _segments(path: str) -> list[str]:
    """Split a path; a key in parentheses, ``/users('ann')``, is a segment like any other.

    A key that begins with ``$`` must be written so: else it would be an option of the service.
    https://learn.microsoft.com/graph/api/user-get
    """
    segments: list[str] = []
    for segment in _plain_segments(path):
        if segment.startswith("$") and segment.lower() not in _OPERATIONS:
            raise bad_request(f"Resource not found for the segment '{segment[:64]}'.", "BadRequest")
        keyed = _KEYED.match(segment)
        segments += [segment] if keyed is None else [keyed[1], keyed[2].replace("''", "'")]
    return segments


def _plain_segments(path: str) -> list[str]:
    by_path = _SITE_BY_PATH.match(path)
    if by_path is None:
        return path.strip("/").split("/")
    hostname, site_path, rest = by_path.groups()
    segments = ["sites", f"{hostname}:{site_path}"]
    return segments + (rest.strip("/").split("/") if rest and rest.strip("/") else [])


def _match(template: tuple[str, ...], segments: list[str]) -> tuple[str, ...] | None:
    params = []
    for wanted, found in zip(template, segments, strict=True):
        if wanted == _PARAMETER:
            params.append(found)
        elif wanted != found.lower():
            return None
    return tuple(params)
