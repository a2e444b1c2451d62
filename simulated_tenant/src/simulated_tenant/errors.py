"""Errors as Microsoft Graph answers them: status, code, message and headers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from simulated_tenant.clock import Clock


class GraphError(Exception):
    """A refusal that becomes an HTTP answer with Graph's error body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what the answer needs."""
        super().__init__(f"{status} {code}")
        self.status = int(status)
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def body(self, clock: Clock, request_id: str, client_request_id: str) -> dict[str, Any]:
        """Build the error body, with the ids that support would ask for."""
        inner = {
            "date": clock().strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def bad_request(message: str, code: str = "Request_BadRequest") -> GraphError:
    """Refuse a request that is wrong in itself."""
    return GraphError(HTTPStatus.BAD_REQUEST, code, message)


def invalid_token(message: str) -> GraphError:
    """Refuse a bearer token; the code is the same whatever is wrong with it."""
    headers = {
        "WWW-Authenticate": 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
    }
    return GraphError(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken", message, headers)


def resource_not_found(name: str) -> GraphError:
    """Answer for a directory object, or one of its references, that doesn't exist."""
    return GraphError(
        HTTPStatus.NOT_FOUND,
        "Request_ResourceNotFound",
        f"Resource '{name}' does not exist or one of its queried reference-property objects are"
        " not present.",
    )


def item_not_found(message: str = "The resource could not be found.") -> GraphError:
    """Answer for something SharePoint doesn't have."""
    return GraphError(HTTPStatus.NOT_FOUND, "itemNotFound", message)


def message_not_found() -> GraphError:
    """Answer for a mailbox item that isn't there (or not yet, or under another id)."""
    return GraphError(
        HTTPStatus.NOT_FOUND,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )
