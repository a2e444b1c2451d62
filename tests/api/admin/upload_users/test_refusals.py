"""Uploads over HTTP that are refused, each with what is wrong with it."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from domain.imports.file import MAX_BYTES
from tests.api.admin.admins import Entra
from tests.api.admin.upload_users.conftest import ADA, UPLOAD, USERS, Admin
from tests.api.running import lazy_client, running_api

JSON = {"Content-Type": "application/json"}


REFUSED: dict[str, tuple[str, dict[str, Any], int]] = {
    "no JSON": (UPLOAD, {"content": b"{", "headers": JSON}, 400),
    "no type": (UPLOAD, {"content": b"UPN"}, 415),
    "text": (UPLOAD, {"content": b"UPN", "headers": {"Content-Type": "text/plain"}}, 415),
    "a list": (UPLOAD, {"json": []}, 422),
    "no file": (UPLOAD, {"json": {"batchId": "x"}}, 422),
    "a number": (UPLOAD, {"json": {"csv": 7}}, 422),
    "no header": (UPLOAD, {"json": {"csv": "Name\nAda"}}, 422),
    "no text": (UPLOAD, {"content": b'{"csv": "\\ud800"}', "headers": JSON}, 422),
    "nothing": (UPLOAD, {"json": {"csv": ""}}, 422),
    "nobody": (UPLOAD, {"json": {"csv": "UPN\n"}}, 422),
    "a bad batch id": (UPLOAD, {"json": {"csv": f"UPN\n{ADA}", "batchId": "a b"}}, 422),
    "half a letter": (
        UPLOAD,
        {
            "content": rb'{"csv": "UPN\nada@contoso.com", "batchId": "\ud800", "reason": "\ud800"}',
            "headers": JSON,
        },
        422,
    ),
    "a bad switch": (UPLOAD, {"json": {"csv": f"UPN\n{ADA}", "dryRun": "maybe"}}, 422),
    "two files": (UPLOAD, {"files": [("a", b"UPN\nx"), ("b", b"UPN\ny")]}, 422),
    "no boundary": (
        UPLOAD,
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        400,
    ),
    "a torn form": (
        UPLOAD,
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        400,
    ),
    "no list": (USERS, {"json": {"users": ADA}}, 422),
    "no names": (USERS, {"json": {"users": [7]}}, 422),
    "no people": (USERS, {"json": {"users": []}}, 422),
    "a bad wait": (USERS, {"json": {"users": [ADA]}, "params": {"wait": "long"}}, 422),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_refused(admin: Admin, what: str) -> None:
    """A request that can't be used is refused with one message, and quotes nothing of it."""
    path, request, status = REFUSED[what]
    response = await admin.post(path, **request)
    assert response.status_code == status, response.text
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert "contoso" not in response.text.replace("ada@contoso.com", "")
    assert await admin.enrolled() == 0


@pytest.mark.parametrize("form", ["json", "multipart", "json without end"])
async def test_a_file_that_is_too_large(admin: Admin, form: str) -> None:
    """More than 10 MiB are refused with the limit, also where the length isn't told."""
    csv = b"UPN\n" + b"x" * MAX_BYTES

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"csv": "'
        for _ in range(300):
            yield b"x" * 100_000

    requests: dict[str, dict[str, Any]] = {
        "json": {"json": {"csv": csv.decode()}},
        "multipart": {"files": {"file": csv}},
        "json without end": {"content": endless(), "headers": JSON},
    }
    response = await admin.post(UPLOAD, **requests[form])
    assert response.status_code == 413
    assert "10" in response.json()["detail"]


async def test_too_many_rows(admin: Admin) -> None:
    """More than 100,000 rows are refused with the limit; so are names entered by hand."""
    rows = [f"u{number}@contoso.example" for number in range(100_001)]
    for path, body in ((UPLOAD, {"csv": "\n".join(["UPN", *rows])}), (USERS, {"users": rows})):
        response = await admin.post(path, json=body)
        assert (response.status_code, "100,000" in response.json()["detail"]) == (422, True)


async def test_temporal_may_be_away(
    tmp_path: Path, entra: Entra, unique: Callable[[str], str]
) -> None:
    """Then the answer is 503: the same again later starts nobody twice."""
    away = await lazy_client("127.0.0.1:9")
    headers = {"Authorization": f"Bearer {await entra.app_token()}"}
    async with running_api(away, tmp_path, sign_in=entra.sign_in) as api:
        posted = await api.http.post(USERS, json={"users": [ADA]}, headers=headers)
        asked = await api.http.get(f"/api/batches/{unique('b')}", headers=headers)
    for response in (posted, asked):
        assert response.status_code == 503
        assert "Temporal" in json.loads(response.text)["detail"]
