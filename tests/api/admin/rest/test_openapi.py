"""The OpenAPI document: for the signed-in, and complete."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.admin.problems import MEDIA_TYPE, Problem
from api.admin.routes import MODULES, OPENAPI, describe
from api.exports.people import XLSX
from database.engine import Database
from domain.portal.roles import Role
from tests.api.admin.rest.conftest import NOWHERE
from tests.api.admin.rest.rest import Rest, is_problem
from tests.api.portal.portal import running_portal
from tests.api.running import lazy_client

FILES = {"csv": "text/csv", "xlsx": XLSX, "html": "text/html"}
# Without the document, which is made when the first test needs it.
ENDPOINTS = sorted(
    f"{method} {route.path}"
    for module in MODULES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)


def operations() -> dict[str, Any]:
    """Return what the document says of each endpoint."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in describe()["paths"].items()
        for method, operation in methods.items()
    }


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Return every schema of an object that there is, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict):
            yield value
        for inner in value.values():
            yield from _schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _schemas(inner)


async def test_it_is_for_the_signed_in(rest: Rest) -> None:
    """A token with a role gets it, one without doesn't, and nobody else."""
    assert (await rest.call("GET", OPENAPI, Role.READER)).json() == describe()
    assert is_problem(await rest.call("GET", OPENAPI), 403)
    assert is_problem(await rest.api.http.get(OPENAPI), 401)


async def test_it_is_for_who_has_signed_in_to_the_portal(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """A browser with a session gets it; one with a session that ended doesn't."""
    client = await lazy_client(NOWHERE)
    async with (
        running_portal(client, tmp_path, sqlite_database) as portal,
        portal.browser(Role.READER) as browser,
    ):
        assert (await browser.get(OPENAPI)).json() == describe()
        browser.cookies.clear()
        assert (await browser.get(OPENAPI)).status_code in {401, 503}


def test_it_is_made_once() -> None:
    """Making it takes half a second of CPU, which nobody gets by asking again and again."""
    assert describe() is describe()


def test_it_has_every_endpoint() -> None:
    """All that programs may call is in it, and nothing else."""
    assert describe()["openapi"] == "3.1.0"
    assert operations().keys() == set(ENDPOINTS)
    assert set(ENDPOINTS) == {
        "GET /api/people",
        "GET /api/people/{objectId}",
        "POST /api/people/{objectId}/pause",
        "POST /api/people/{objectId}/resume",
        "POST /api/people/{objectId}/resend",
        "POST /api/people/{objectId}/retry",
        "POST /api/people/{objectId}/add-to-group",
        "POST /api/people/{objectId}/cancel",
        "GET /api/requests",
        "POST /api/requests",
        "POST /api/requests/preview",
        "GET /api/requests/{requestId}",
        "GET /api/requests/{requestId}/people",
        "POST /api/requests/{requestId}/stop",
        "GET /api/batches/{batchId}/undo",
        "POST /api/batches/{batchId}/undo",
        "GET /api/people/export.csv",
        "GET /api/people/export.xlsx",
        "GET /api/people/calls.csv",
        "GET /api/people/calls.xlsx",
        "POST /api/people/{objectId}/erase",
        "GET /api/imports/{importId}/rejects.csv",
        "GET /api/attention/unknown-rows.csv",
        "GET /api/audit/export.csv",
        "GET /api/mailboxes",
        "POST /api/mailboxes/probe",
        "GET /api/planned-mails",
        "GET /api/reports",
        "POST /api/reports",
        "POST /api/reports/send",
        "GET /api/reports/now",
        "GET /api/reports/now/page.html",
        "GET /api/reports/{reportId}",
        "POST /api/reports/{reportId}/send",
        "POST /api/reports/{reportId}/change",
        "POST /api/reports/{reportId}/remove",
        "GET /api/webhooks",
        "POST /api/webhooks",
        "GET /api/webhooks/{webhookId}",
        "POST /api/webhooks/{webhookId}/test",
        "POST /api/webhooks/{webhookId}/resume",
        "POST /api/webhooks/{webhookId}/remove",
        "POST /api/mail/stop",
        "POST /api/mail/start",
        "GET /api/status",
        "GET /api/people/{objectId}/list-item",
        "GET /api/status/mails",
        "GET /api/status/batches",
        "GET /api/status/departments",
        "GET /api/settings",
        "GET /api/attention",
        "GET /api/attention/{kind}",
        "GET /api/imports",
        "GET /api/imports/{importId}",
        "GET /api/imports/{importId}/rows",
        "GET /api/audit",
        "GET /api/audit/verify",
        "GET /api/me",
        "GET /api/people/{objectId}/mails/{number}",
        "GET /api/people/{objectId}/mails/{number}/page.html",
        "GET /api/views",
        "POST /api/views",
        "POST /api/views/{viewId}/change",
        "DELETE /api/views/{viewId}",
        "GET /api/sample-mails",
        "GET /api/sample-mails/{kind}/{number}/{language}",
        "GET /api/sample-mails/{kind}/{number}/{language}/page.html",
        "POST /api/sample-mails/send",
        "GET /api/forecast",
        "GET /api/status/days",
        "GET /api/people/{objectId}/contact",
        "POST /api/upload-users",
        "POST /api/users",
        "GET /api/batches/{batchId}",
    }


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_endpoint_is_described(name: str) -> None:
    """It has an id, words, a security scheme, described parameters, an answer and its problems."""
    operation = operations()[name]
    assert re.fullmatch(r"[a-z][A-Za-z]+", operation["operationId"])
    assert operation["description"].endswith(".")
    assert operation["security"] == [{"entraId": []}]
    assert set(operation["tags"]) <= {tag["name"] for tag in describe()["tags"]}
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description"), parameter
    assert name.startswith(("GET", "DELETE")) or operation["requestBody"]["required"]
    good = [status for status in operation["responses"] if status.startswith("2")]
    kind = FILES.get(name.rpartition(".")[2], "application/json")
    assert all(operation["responses"][status]["content"][kind]["schema"] for status in good)
    bad = {status: one for status, one in operation["responses"].items() if status[0] in "45"}
    assert {"401", "403", "422", "503"} <= set(bad)
    for answer in bad.values():
        (content,) = answer["content"].items()
        assert content[0] == MEDIA_TYPE
        assert content[1]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_field_is_described() -> None:
    """No property of an answer or a body is without words."""
    lacking = [
        (schema.get("title"), name)
        for schema in _schemas(describe())
        for name, field in schema["properties"].items()
        if not field.get("description") and "$ref" not in field
    ]
    assert lacking == []
    assert not any("_" in name for schema in _schemas(describe()) for name in schema["properties"])


def test_every_reference_leads_somewhere() -> None:
    """There are no loose ends, and no schema that nothing refers to."""
    text = str(describe())
    told = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert told <= set(describe()["components"]["schemas"])
    assert "HTTPValidationError" not in text


def test_operation_ids_are_unique() -> None:
    """Clients are generated from them."""
    ids = [operation["operationId"] for operation in operations().values()]
    assert len(ids) == len(set(ids))


def _models() -> dict[str, Any]:
    """Return the model of every schema, by name."""
    found: dict[str, Any] = {}
    for route in (route for module in MODULES for route in module.router.routes):
        if isinstance(route, APIRoute) and route.response_model is not None:
            found[route.response_model.__name__] = route.response_model
    return found


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_endpoint_has_examples(name: str) -> None:
    """A body and every answer have one; that of a good answer is one that REST could give."""
    operation, models = operations()[name], _models()
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert "example" in content or "binary" in str(content["schema"])
    for status, answer in operation["responses"].items():
        (content,) = answer["content"].values()
        if "$ref" not in content["schema"]:
            # A file.
            assert "example" in content or content["schema"]["format"] == "binary"
        elif status.startswith("2"):
            model = models[content["schema"]["$ref"].rpartition("/")[2]]
            told = model.model_validate_json(json.dumps(content["example"]))
            assert told.model_dump(mode="json", by_alias=True).keys() == content["example"].keys()
        else:
            told = Problem.model_validate(content["example"])
            assert (told.status, bool(told.detail)) == (int(status), True)
