"""Health: alive is one thing, ready another."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from api.outbox.outbox import Outbox
from api.readiness import Readiness
from tests.api.running import Api, lazy_client, running_api


async def test_ready(api: Api) -> None:
    """With Temporal and a writable outbox the API is ready."""
    answer = await api.http.get("/readyz")

    assert answer.status_code == 200
    told = answer.json()
    assert {name: told[name] for name in ("status", "temporal", "outbox", "outbox_depth")} == {
        "status": "ok",
        "temporal": "ok",
        "outbox": "ok",
        "outbox_depth": 0,
    }


async def test_without_temporal(tmp_path: Path) -> None:
    """Without Temporal the API lives, can keep clicks, and says what is missing."""
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        assert (await api.http.get("/healthz")).status_code == 200
        answer = await api.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["temporal"] == "cannot be reached"
    assert answer.json()["outbox"] == "ok"


async def test_without_its_namespace(temporal_address: str, tmp_path: Path) -> None:
    """A namespace that isn't there is told apart, and nobody's click is lost meanwhile."""
    elsewhere = await Client.connect(temporal_address, namespace="nowhere")
    async with running_api(elsewhere, tmp_path, deliveries_per_second=0.01) as api:
        answer = await api.http.get("/readyz")
        pressed = await api.press_button(str(uuid4()))
        assert api.depth() == 1
    assert answer.status_code == 200
    assert answer.json()["temporal"] == "has no such namespace"
    # Nobody can say whose the link is, so the page doesn't say that anything has started.
    assert pressed.status_code == 202


async def test_without_outbox(client: Client, tmp_path: Path) -> None:
    """Without a writable outbox the API isn't ready, and says so."""
    path = tmp_path / "a file" / "outbox.sqlite"
    path.parent.write_text("in the way")
    async with running_api(client, tmp_path, outbox_path=path) as api:
        answer = await api.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["temporal"] == "ok"
    assert answer.json()["outbox"] == "cannot be written"


async def test_with_a_full_outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An API whose outbox has no room for one more click isn't ready, and says so."""
    monkeypatch.setattr("api.app.Outbox", partial(Outbox, capacity=1))
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        assert (await api.press_button(str(uuid4()))).status_code == 202
        answer = await api.http.get("/readyz")
        refused = await api.press_button(str(uuid4()))
    assert answer.status_code == 503
    assert (answer.json()["outbox"], answer.json()["outbox_depth"]) == ("full", 1)
    assert refused.status_code == 500


async def test_many_who_ask_are_one_look() -> None:
    """However many ask in a second, Temporal and the outbox are looked at once."""
    now = 100.0
    looks = 0

    async def look() -> str:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return "ok"

    readiness = Readiness(look, clock=lambda: now)
    assert await asyncio.gather(*(readiness.look() for _ in range(50))) == [["ok"]] * 50
    assert looks == 1
    now += 1
    await readiness.look()
    assert looks == 2


async def test_no_documentation_is_published(api: Api) -> None:
    """The API's own description isn't for the public."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await api.http.get(path)).status_code == 404
