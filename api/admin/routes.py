"""Puts REST together, and describes it: OpenAPI for those who are signed in."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from api.admin import batches, upload_users
from api.admin.openapi_access import SignedInOf
from api.admin.problems import Problem, RestRoute
from api.admin.rest import audit, me
from api.admin.rest.examples import add_examples
from api.admin.rest.imports import imports, undo
from api.admin.rest.mails import mailboxes, samples, switch
from api.admin.rest.models import REFERENCE
from api.admin.rest.people import (
    actions,
    contact,
    erase,
    export,
    list_item,
    mails,
    people,
    views,
)
from api.admin.rest.reports import now, reports
from api.admin.rest.requests import follow, start
from api.admin.rest.rollout import attention, by_day, forecast, settings, status
from api.admin.rest.webhooks import webhooks
from api.routes import add_routes

OPENAPI = "/api/openapi.json"
_DESCRIPTION = """\
What the portal shows, and what may be asked for, for programs of admins.

Reads come from our own tables, so they are quick while everything else is slow. Actions are
answered within seconds: `200` done, `202` recorded, which takes effect when a worker runs. Each has
a reason, and is in the audit log with the verified identity of the caller. Every error is a problem
(RFC 9457, `application/problem+json`).
"""
_TAGS = {
    "people": "The people of the rollout.",
    "rollout": "How the rollout stands, and who needs attention.",
    "actions": "What may be asked for about one person.",
    "requests": "The same for many people at once, and how far that is.",
    "mails": "The switch for all mail, the mailboxes, what is planned, and what mails say.",
    "imports": "Imports, dry runs, and what became of their rows.",
    "reports": "Reports by mail, for admins.",
    "webhooks": "Other systems that are told when a status changes.",
    "audit": "The log of what admins did.",
    "me": "Who calls.",
}
# What is more exact comes first.
MODULES = (
    export,
    people,
    list_item,
    mails,
    contact,
    views,
    actions,
    erase,
    start,
    follow,
    switch,
    mailboxes,
    samples,
    status,
    by_day,
    forecast,
    attention,
    settings,
    imports,
    undo,
    now,
    reports,
    webhooks,
    audit,
    me,
    upload_users,
    batches,
)

router = APIRouter(route_class=RestRoute, include_in_schema=False)


@router.get(OPENAPI)
async def openapi(_: SignedInOf) -> dict[str, Any]:
    """Return the OpenAPI document of REST."""
    return await asyncio.to_thread(describe)


def add_rest(app: FastAPI) -> None:
    """Serve REST."""
    for module in MODULES:
        add_routes(app, module.router)
    add_routes(app, router)


@cache
def describe() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of REST; it is made once, since it costs half a second."""
    described = FastAPI()
    for module in MODULES:
        described.include_router(module.router)
    document = get_openapi(
        title="MFA rollout",
        version=version("mfa-rollout"),
        description=_DESCRIPTION,
        routes=described.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = document["components"]["schemas"]
    for schema in (problem := _problem(), *_body_schemas(document)):
        schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = problem
    # FastAPI's own form of 422 is never sent.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    add_examples(document)
    return document


def _problem() -> dict[str, Any]:
    return Problem.model_json_schema(ref_template=REFERENCE)


def _body_schemas(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schemas of bodies, which bring those that they refer to with them."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]
