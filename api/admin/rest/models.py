"""What requests and answers of REST have in common."""

from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from api.admin.problems import MEDIA_TYPE, RestRoute

LARGEST_BODY = 65_536
"""Bytes of a request that isn't an upload."""


REFERENCE = "#/components/schemas/{model}"
"""How a schema of the OpenAPI document refers to another."""


class RestModel(BaseModel):
    """A part of an answer: names in camelCase, instants in UTC (RFC 3339)."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        from_attributes=True,
        extra="forbid",
        frozen=True,
    )


Model = TypeVar("Model", bound=RestModel)


async def read_body(request: Request, model: type[Model]) -> Model:
    """Read a JSON body; the caller has been let in before anything of it is kept.

    Raises:
        HTTPException: 413, it is too large.
        RequestValidationError: it isn't what the model says.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send at most {LARGEST_BODY} bytes."
            )
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_context=False, include_url=False)
        found = [{**one, "loc": ("body", *one["loc"])} for one in wrong]
        raise RequestValidationError(found) from None


def body_of(model: type[RestModel]) -> dict[str, Any]:
    """Return what the OpenAPI document says of a JSON body that an endpoint reads by itself."""
    schema = model.model_json_schema(ref_template=REFERENCE)
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def rest_router(tag: str) -> APIRouter:
    """Return a router whose endpoints answer every error with a problem."""
    return APIRouter(
        route_class=RestRoute,
        tags=[tag],
        responses=problems(401, 403, 422, 503),
    )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of these errors."""
    return {
        status: {"description": _WHEN[status], "content": {MEDIA_TYPE: _REFERENCE}}
        for status in statuses
    }


_REFERENCE = {"schema": {"$ref": "#/components/schemas/Problem"}}
_WHEN = {
    400: "The body can't be read.",
    401: "No bearer token, or one that is not valid here.",
    403: "The role does not include this, or the program may not act for people.",
    404: "There is nothing by this name.",
    408: "The body didn't arrive in time.",
    409: "It is refused as things are; the detail says why.",
    413: "The request is too large.",
    415: "The request has a form that isn't read here.",
    422: "The request is not what it should be; `errors` says where.",
    503: "The database, Temporal or the tenant's keys can't be reached; try again.",
}
