"""The codec server: whom it answers, what it takes, and what the browser may do with it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from temporalio.api.common.v1 import Payloads
from temporalio.client import Client
from temporalio.converter import PayloadCodec

from api.config import PortalConfig
from api.portal.temporal_ui.codec import LARGEST_BODY
from database.engine import Database
from domain.portal.roles import Role
from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import BASE_URL

DECODE = "/portal/temporal/codec/decode"
UI = "https://mfa.contoso.example:8233"
FROM_UI = {"Origin": UI, "Sec-Fetch-Site": "same-site"}
SECRET = "ada@contoso.example"
KEY = bytes(range(32))


async def portal_with(
    codec: PayloadCodec | None, folder: Path, database: Database
) -> AsyncIterator[RunningPortal]:
    """Run a portal whose client has this codec, and which knows where the Temporal UI is."""
    converter = replace(DATA_CONVERTER, payload_codec=codec)
    client = await Client.connect("127.0.0.1:9", lazy=True, data_converter=converter)
    config = PortalConfig(base_url=BASE_URL, temporal_ui=f"{UI}/")
    async with running_portal(client, folder, database, portal=config) as running:
        yield running


@pytest.fixture
async def encrypting(tmp_path: Path, sqlite_database: Database) -> AsyncIterator[RunningPortal]:
    """Run a portal with a key."""
    async for running in portal_with(PayloadEncryption([KEY]), tmp_path, sqlite_database):
        yield running


async def encrypted(key: bytes = KEY) -> str:
    """Return what the Temporal UI sends: a payload that it can't read."""
    payloads = await DATA_CONVERTER.encode([SECRET])
    return MessageToJson(Payloads(payloads=await PayloadEncryption([key]).encode(payloads)))


async def test_an_admin_reads_what_is_encrypted(encrypting: RunningPortal) -> None:
    """The UI's page gets the payload in clear, may read the answer, and can encrypt again."""
    body = await encrypted()
    assert SECRET not in body
    async with encrypting.browser(Role.ADMIN) as browser:
        answer = await browser.post(DECODE, content=body, headers=FROM_UI)
        assert answer.status_code == 200
        (payload,) = answer.json()["payloads"]
        assert payload["data"] == "ImFkYUBjb250b3NvLmV4YW1wbGUi"
        assert answer.headers["Access-Control-Allow-Origin"] == UI
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["Cache-Control"] == "no-store"
        again = await browser.post(
            "/portal/temporal/codec/encode", content=answer.content, headers=FROM_UI
        )
        assert SECRET not in again.text
        assert (await browser.post(DECODE, content=again.content)).json() == answer.json()


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.READER])
async def test_no_other_role_reads_payloads(encrypting: RunningPortal, role: Role) -> None:
    """Histories tell more than the pages that these roles see."""
    async with encrypting.browser(role) as browser:
        answer = await browser.post(DECODE, content=await encrypted(), headers=FROM_UI)
    assert answer.status_code == 403
    assert "Rollout.Admin" in answer.text


async def test_who_is_not_signed_in_is_told_where(encrypting: RunningPortal) -> None:
    """The UI shows the message; it is no redirect, which a page's request could not follow."""
    answer = await encrypting.api.http.post(DECODE, content=await encrypted(), headers=FROM_UI)
    assert answer.status_code == 401
    assert f"{BASE_URL}/portal" in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == UI


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://other.contoso.example", "Sec-Fetch-Site": "same-site"},
        {"Origin": UI, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
)
async def test_another_site_gets_nothing(
    encrypting: RunningPortal, headers: dict[str, str]
) -> None:
    """Not even an admin's own browser decrypts for a page that isn't the Temporal UI's."""
    async with encrypting.browser(Role.ADMIN) as browser:
        answer = await browser.post(DECODE, content=await encrypted(), headers=headers)
        asked = await browser.options(DECODE, headers=headers | {"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in asked.headers


async def test_the_ui_may_ask(encrypting: RunningPortal) -> None:
    """A browser asks before it sends JSON to another port."""
    answer = await encrypting.api.http.options(DECODE, headers={"Origin": UI})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == UI
    assert "x-namespace" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (json.dumps({"payloads": 1}).encode(), 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
    ids=["empty", "no text", "no payloads", "too large"],
)
async def test_what_is_no_payload_is_refused(
    encrypting: RunningPortal, content: bytes, status: int
) -> None:
    """Nothing that is sent is an error of the server."""
    async with encrypting.browser(Role.ADMIN) as browser:
        assert (await browser.post(DECODE, content=content)).status_code == status


async def test_a_key_that_is_missing_is_named(encrypting: RunningPortal) -> None:
    """The UI shows which key it was, and the setting that lacks it."""
    async with encrypting.browser(Role.ADMIN) as browser:
        answer = await browser.post(DECODE, content=await encrypted(b"n" * 16 + KEY[:16]))
    assert answer.status_code == 422
    assert "PAYLOAD_KEYS" in answer.text


async def test_without_keys_there_is_no_codec_server(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """The answer says which setting is missing."""
    async for running in portal_with(None, tmp_path, sqlite_database):
        async with running.browser(Role.ADMIN) as browser:
            answer: httpx.Response = await browser.post(DECODE, content=await encrypted())
        assert answer.status_code == 404
        assert "PAYLOAD_KEYS" in answer.text
