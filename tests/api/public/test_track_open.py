"""The tracking pixel: the same image in every case, and no open lost."""

import struct
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from tests.api.enrolments import start_enrolment
from tests.api.running import Api, lazy_client, running_api


def is_pixel(response: httpx.Response) -> bool:
    """Say whether an answer is a fresh, transparent GIF of one pixel."""
    body = response.content
    return (
        response.status_code == 200
        and response.headers["content-type"] == "image/gif"
        and response.headers["cache-control"] == "no-store"
        and len(body) == 43
        and body[:6] == b"GIF89a"
        and struct.unpack("<HH", body[6:10]) == (1, 1)
        and body[-1:] == b";"
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?token=",
        "?token=nonsense",
        "?token=%00",
        "?x=" + "y" * 4000,
        "?token=5f0c9f0e-6c43-4b1b-9d0f-0d4f1a3c2b1a",
    ],
)
async def test_always_the_image(api: Api, query: str) -> None:
    """Whatever the link holds, the answer is the image."""
    assert is_pixel(await api.http.get("/api/track-open" + query))


async def test_open_is_durable_before_the_answer(tmp_path: Path) -> None:
    """When the image goes out the open is in the file, with Temporal away."""
    token = str(uuid4())
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        assert is_pixel(await api.show_pixel(token.upper()))
        await api.sorted()
        assert api.held() == [("opened", token)]


async def test_open_reaches_the_workflow_once(api: Api, client: Client) -> None:
    """The first open is signalled, and later ones cost nothing more."""
    enrolment = await start_enrolment(client)
    await api.show_pixel(enrolment.token)
    (signal,) = await enrolment.next_signals(1)
    assert signal.name == "email_opened"
    await api.emptied()

    await api.show_pixel(enrolment.token)
    assert api.depth() == 0
    assert len(await enrolment.signals()) == 1


async def test_unwritable_outbox(client: Client, tmp_path: Path) -> None:
    """A mail shows no broken image when the disk is broken."""
    path = tmp_path / "a file" / "outbox.sqlite"
    path.parent.write_text("in the way")
    async with running_api(client, tmp_path, outbox_path=path) as api:
        assert is_pixel(await api.show_pixel(str(uuid4())))
        assert (await api.http.get("/readyz")).json()["outbox"] == "cannot be written"


async def test_head_records_nothing(tmp_path: Path) -> None:
    """Asking for the image's head alone is no open."""
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        head = await api.http.head("/api/track-open", params={"token": str(uuid4())})
        assert head.status_code == 200
        assert api.depth() == 0


async def test_headers_and_forwarding_are_those_of_every_answer(
    client: Client, tmp_path: Path
) -> None:
    """The image, which the framework doesn't see, has the security headers, and notes a proxy."""
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with running_api(client, tmp_path) as api:
        assert (await api.http.get("/readyz")).json()["untrusted_forwarded_for_at"] is None
        image = await api.http.get("/api/track-open", headers=forwarded)
        ready = await api.http.get("/readyz")
    same = set(ready.headers) - {"content-length", "content-type"}
    assert "strict-transport-security" in same
    assert {name: image.headers[name] for name in same} == {n: ready.headers[n] for n in same}
    assert ready.json()["untrusted_forwarded_for_at"] is not None
