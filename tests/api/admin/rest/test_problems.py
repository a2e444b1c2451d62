"""Whatever goes wrong under /api is a problem (RFC 9457); the public pages stay pages."""

from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from database.engine import Database, default_url
from domain.portal.roles import Role
from tests.api.admin.admins import Entra
from tests.api.admin.rest.conftest import NOWHERE
from tests.api.admin.rest.rest import Rest, is_problem, running_rest
from tests.api.running import lazy_client
from tests.database.values import object_id

PAUSE = f"/api/people/{object_id(1)}/pause"


async def test_an_unknown_path(rest: Rest) -> None:
    """It is 404 with or without a token."""
    assert is_problem(await rest.get("/api/nothing"), 404)
    assert is_problem(await rest.api.http.get("/api/nothing"), 404)


async def test_a_wrong_method(rest: Rest) -> None:
    """It is 405, and says which methods there are."""
    response = await rest.call("DELETE", "/api/people", Role.ADMIN)
    assert is_problem(response, 405)
    assert response.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"reason": ""}', "reason"),
        (b'{"reason": "  "}', "reason"),
        (b"{}", "reason"),
        (b'{"reason": "a", "more": 1}', "more"),
        (b"[]", ""),
        (b"{", ""),
    ],
)
async def test_a_body_that_is_wrong(rest: Rest, body: bytes, name: str) -> None:
    """It is 422, and says where."""
    headers = {"Content-Type": "application/json"}
    response = await rest.call("POST", PAUSE, Role.ADMIN, content=body, headers=headers)
    assert is_problem(response, 422)
    assert [(one["place"], one["name"]) for one in response.json()["errors"]] == [("body", name)]


async def test_a_body_that_is_too_large(rest: Rest) -> None:
    """It is 413 before anything of it is used."""
    headers = {"Content-Type": "application/json"}
    body = b'{"reason": "' + b"x" * 100_000 + b'"}'
    assert is_problem(
        await rest.call("POST", PAUSE, Role.ADMIN, content=body, headers=headers), 413
    )


async def test_without_a_token(rest: Rest) -> None:
    """It is 401 with a challenge, whatever the rest of the request is like."""
    for response in (
        await rest.api.http.get("/api/people"),
        await rest.api.http.post(PAUSE, json={}),
        await rest.api.http.get("/api/openapi.json"),
    ):
        assert is_problem(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_bug(rest: Rest) -> None:
    """It is 500 with the number under which the log has it, and nothing else."""
    del rest.api.app.state.services
    with capture_logs() as logs:
        response = await rest.get("/api/people")
    assert is_problem(response, 500)
    assert [entry["reference"] for entry in logs] == [response.json()["reference"]]


async def test_the_database_is_away(tmp_path: Path, entra: Entra) -> None:
    """It is 503 with when to come again."""
    database = Database(default_url(tmp_path / "nowhere"))
    client = await lazy_client(NOWHERE)
    async with running_rest(client, tmp_path, database, entra) as rest:
        response = await rest.get("/api/people")
    await database.close()
    assert is_problem(response, 503)
    assert response.headers["Retry-After"] == "5"


async def test_the_schema_is_older(sqlite_database: Database, rest: Rest) -> None:
    """It is 503 that names the command which brings the tables up to date."""
    async with sqlite_database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        await connection.execute(text("ALTER TABLE enrolment RENAME COLUMN department TO d"))
    response = await rest.get("/api/people")
    assert is_problem(response, 503)
    assert "mfa-rollout migrate" in response.json()["detail"]


async def test_temporal_is_away(rest: Rest) -> None:
    """An action is 503, and the audit log says that it was tried and failed."""
    response = await rest.ask(PAUSE)
    assert is_problem(response, 503)
    entries = (await rest.get("/api/audit")).json()["entries"]
    assert [(entry["action"], entry["outcome"]) for entry in entries] == [
        ("pause", "failed"),
        ("pause", None),
    ]


async def test_without_a_database(tmp_path: Path, entra: Entra) -> None:
    """An API that has none says so."""
    client = await lazy_client(NOWHERE)
    async with running_rest(client, tmp_path, None, entra) as rest:
        assert is_problem(await rest.get("/api/people"), 503)


@pytest.mark.parametrize("path", ["/api/enrol", "/API/Enrol/", "/api/resend/x", "/api/track-open"])
async def test_public_paths_keep_their_pages(rest: Rest, path: str) -> None:
    """Who opens a link, however it was mangled, sees a page."""
    response = await rest.api.http.delete(path)
    assert response.headers["content-type"].startswith("text/html")


async def test_outside_of_rest_there_are_pages(sqlite_database: Database, rest: Rest) -> None:
    """Other paths are for people."""
    response = await rest.api.http.get("/nothing")
    assert response.headers["content-type"].startswith("text/html")
