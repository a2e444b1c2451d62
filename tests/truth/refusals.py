"""What Graph's refusals look like: the body, and which code belongs to which status.

Source: Graph's page "Error responses", and the codes that other clients have met in the wild; by
the service that answers, since each has words of its own.
"""

from collections.abc import Iterator
from typing import Any

DIRECTORY, SHAREPOINT, EXCHANGE = "directory", "sharepoint", "exchange"

_ANY_SERVICE = {
    401: {"InvalidAuthenticationToken"},
    429: {"TooManyRequests", "ApplicationThrottled"},
}
CODES: dict[str, dict[int, set[str]]] = {
    DIRECTORY: {
        400: {"Request_BadRequest", "BadRequest", "Request_UnsupportedQuery"},
        403: {"Authorization_RequestDenied"},
        404: {"Request_ResourceNotFound"},
    },
    SHAREPOINT: {
        400: {"invalidRequest", "BadRequest"},
        403: {"accessDenied"},
        404: {"itemNotFound"},
        409: {"nameAlreadyExists", "resourceModified"},
        412: {"entityTagDoesNotMatch", "resourceModified"},
    },
    EXCHANGE: {
        400: {"ErrorInvalidOperation", "ErrorInvalidUrlQueryFilter", "InefficientFilter"},
        403: {"ErrorAccessDenied", "ErrorSendAsDenied"},
        404: {"ErrorItemNotFound", "ErrorInvalidUser", "MailboxNotEnabledForRESTAPI"},
    },
}
_INNER = {"date", "request-id", "client-request-id"}
_OUTER = {"code", "message", "innerError"}


def service_of(operation: str) -> str:
    """Name the service that answers an operation such as ``GET /users/{id}``."""
    path = operation.partition(" ")[2]
    if path.startswith("/sites"):
        return SHAREPOINT
    return EXCHANGE if "/messages" in path or path.endswith("/sendmail") else DIRECTORY


def refusal_problems(operation: str, status: int, answer: Any) -> Iterator[str]:
    """Yield what is wrong with the answer of a call that wasn't carried out."""
    if status >= 500:
        # A gateway may answer in Graph's place, with anything.
        return
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict) or set(answer) != {"error"}:
        yield "the refusal has no error"
        return
    if not isinstance(error.get("message"), str) or not set(error) <= _OUTER:
        yield "the error has another form than code, message, innerError"
    inner = error.get("innerError")
    if not isinstance(inner, dict) or not set(inner) >= _INNER:
        yield "the inner error doesn't name the request"
    known = CODES[service_of(operation)].get(status, set()) | _ANY_SERVICE.get(status, set())
    if error.get("code") not in known:
        yield f"{status} {error.get('code')} is none of {sorted(known)}"
