"""Every error of REST as `application/problem+json` (RFC 9457), in one place."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from temporalio.client import WorkflowUpdateFailedError

from api.temporal_calls import CallRefused, TemporalUnreachable, WorkflowNotFound
from client.requests import EnrolmentEndedError
from database.errors import DatabaseUnavailable, UnknownBatch, UnknownDepartment
from database.schema_version import outdated
from domain.failures import RolloutError
from temporal.failures import words_of

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
REST = "/api/"
# What people open from their mails, and programs of theirs mangle: those paths have pages.
_PUBLIC = ("/api/enrol", "/api/track-open", "/api/resend")
_RETRY_AFTER = {"Retry-After": "5"}
_LONGEST_INPUT_NAME = 100
_STATUSES: tuple[tuple[tuple[type[Exception], ...], HTTPStatus], ...] = (
    ((EnrolmentEndedError, WorkflowNotFound), HTTPStatus.CONFLICT),
    ((UnknownBatch, UnknownDepartment), HTTPStatus.NOT_FOUND),
    ((RolloutError, TemporalUnreachable, CallRefused), HTTPStatus.SERVICE_UNAVAILABLE),
)


class InvalidInput(BaseModel):
    """One thing that is wrong with a request."""

    place: str = Field(description="Where it is: `path`, `query`, `header` or `body`.")
    name: str = Field(description="The parameter, or the path to the field in the body.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "This enrolment has ended.",
                }
            ]
        }
    )

    type: str = Field(
        default="about:blank", description="Always `about:blank`: the status tells the kind."
    )
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong, and what to do.")
    errors: list[InvalidInput] | None = Field(
        default=None, description="Of 422: everything that is wrong with the request."
    )
    reference: str | None = Field(
        default=None, description="Of 500: the number that this failure has in the log."
    )


def is_rest(path: str) -> bool:
    """Say whether a path is REST's, and not one of the public pages."""
    return path.startswith(REST) and not path.lower().startswith(_PUBLIC)


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[InvalidInput] = (),
    reference: str | None = None,
) -> Response:
    """Return the answer that tells of a problem."""
    told = Problem(
        title=HTTPStatus(status).phrase,
        status=int(status),
        detail=detail,
        errors=list(errors) or None,
        reference=reference,
    )
    return JSONResponse(
        told.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


class RestRoute(APIRoute):
    """An endpoint of REST: whatever goes wrong there in a known way is a problem."""

    def check_names(self, request: Request) -> None:
        """Refuse a read with parameters that there aren't: a misspelled filter finds everybody.

        Raises:
            RequestValidationError: it names each of them.
        """
        if request.method != "GET":
            return
        known = _query_names(self.dependant)
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            raise RequestValidationError(
                [{"loc": ("query", name), "msg": "There is no such parameter"} for name in unknown]
            )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers requests."""
        answer = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:
                known = _known(await _named(error, request))
                if known is None:
                    raise
                return known

        return told


def _query_names(dependant: Dependant) -> set[str]:
    """Return the parameters that an endpoint and its dependencies take from the address."""
    names = {one.alias for one in dependant.query_params}
    return names.union(*map(_query_names, dependant.dependencies))


async def _named(error: Exception, request: Request) -> Exception:
    """Return the failure, or that the tables are older than this program, where that is its cause.

    The two differ for whoever has to act: ``mfa-rollout migrate`` helps against the second.
    """
    services = getattr(request.app.state, "services", None)
    if isinstance(error, DatabaseUnavailable) and services and services.database is not None:
        return await outdated(services.database) or error
    return error


def _known(error: Exception) -> Response | None:
    """Return the answer to what somebody foresaw, None for a bug."""
    if isinstance(error, RequestValidationError):
        return invalid(error.errors())
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail), headers=error.headers)
    if isinstance(error, WorkflowUpdateFailedError):
        return problem(HTTPStatus.CONFLICT, words_of(error.cause))
    status = next((status for kinds, status in _STATUSES if isinstance(error, kinds)), None)
    if status is None:
        return None
    log.info("request not done", error=type(error).__qualname__)
    if isinstance(error, EnrolmentEndedError | WorkflowNotFound):
        return problem(status, "This enrolment has ended.")
    passes = status is HTTPStatus.SERVICE_UNAVAILABLE
    return problem(status, str(error), headers=_RETRY_AFTER if passes else None)


def invalid(errors: Sequence[Any]) -> Response:
    """Return the answer to a request that isn't what it should be; it quotes no value of it."""
    found = []
    for error in errors:
        place, *names = error["loc"]
        name = ".".join(str(one) for one in names)[:_LONGEST_INPUT_NAME]
        found.append(InvalidInput(place=str(place), name=name, detail=str(error["msg"])))
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not what it should be.", errors=found
    )
