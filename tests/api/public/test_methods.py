"""Each public address by each method, and with a query longer than any browser's."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.api.running import Api, lazy_client, running_api, served

METHODS = {
    "/api/enrol": "GET, HEAD, OPTIONS, POST",
    "/api/resend": "GET, HEAD, OPTIONS, POST",
    "/api/track-open": "GET, HEAD, OPTIONS",
}
every_address = pytest.mark.parametrize("path", METHODS)
A_TOKEN = str(uuid4())


@every_address
async def test_options_names_the_methods(api: Api, path: str) -> None:
    """OPTIONS is answered with the methods, no body, and nothing happens."""
    answer = await api.http.options(path, params={"token": A_TOKEN})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == METHODS[path]
    assert api.depth() == 0


@every_address
async def test_head_is_a_get_without_a_body(api: Api, path: str) -> None:
    """HEAD has the status, type and length of a GET."""
    head = await api.http.head(path)
    page = await api.http.get(path)
    assert head.status_code == page.status_code
    for name in ("content-type", "content-length", "cache-control"):
        assert head.headers[name] == page.headers[name]


@every_address
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
async def test_another_method_is_refused_with_a_page(api: Api, path: str, method: str) -> None:
    """A method that an address doesn't have gets a page of ours, and is told which there are."""
    page = await api.http.request(method, path, params={"token": A_TOKEN})
    assert page.status_code == 405
    assert page.headers["allow"] == METHODS[path]
    assert "<h1>Not Possible This Way</h1>" in page.text
    assert "Contoso &amp; Sons" in page.text
    assert api.depth() == 0


@pytest.mark.parametrize(
    ("path", "status"), [("/api/enrol", 400), ("/api/resend", 200), ("/api/track-open", 200)]
)
@pytest.mark.parametrize("length", [2_000, 50_000])
async def test_an_over_long_query_is_nothing_special(
    tmp_path: Path, path: str, status: int, length: int
) -> None:
    """With more of a query than fits, a link is invalid, the form is shown, the pixel is sent."""
    temporal = await lazy_client("127.0.0.1:1")
    async with (
        running_api(temporal, tmp_path) as api,
        served(api.app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        answer = await http.get(f"{path}?token={A_TOKEN}&x={'y' * length}")
        assert answer.status_code == status
        assert api.depth() == 0


async def test_a_query_beyond_all_bounds_is_refused(api: Api) -> None:
    """A request line of 200 kB is answered with a client error, and the next visitor is served."""
    async with served(api.app) as url:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(b"GET /api/enrol?x=" + b"y" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        status_line = await asyncio.wait_for(reader.readline(), 600)
        writer.close()
        assert status_line.startswith(b"HTTP/1.1 4")
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            assert (await http.get("/healthz")).status_code == 200
