"""Compose's edge, as Caddy runs it: public paths, limits of time and size, no forged headers."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import trustme
from starlette.routing import Route

from api.admin.batches import BATCHES
from api.admin.upload_users import UPLOAD_USERS, USERS
from api.app import create_app
from api.config import ApiConfig, ApiDependencies, PortalConfig
from api.headers import CONTENT_SECURITY_POLICY
from api.portal.paths import SIGN_IN
from api.public import enrol, resend, track_open
from database.engine import Database
from domain.portal.parts import ServedPart
from tests.api.running import config, lazy_client
from tests.deploy.compose import ROOT
from tests.deploy.edge import HOST, Edge, running_edge

pytestmark = pytest.mark.skipif(
    shutil.which("caddy") is None, reason="Caddy isn't installed (Debian: apt-get install caddy)"
)
PRIVATE = {"/healthz"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Give an authority that certifies the edge."""
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """Give what a browser has that trusts this authority alone."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
async def edge(
    tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA
) -> AsyncIterator[Edge]:
    """Give an edge with a certificate from files, whose limits of time are long."""
    folder = tmp_path_factory.mktemp("edge")
    # However slow this machine is, no test meets a limit here that it doesn't mean to.
    settings = {"EDGE_CERTIFICATE": "files", "EDGE_HEAD_WITHIN": "120s"}
    certificate = authority.issue_cert(HOST)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "certificate.pem", append=True)
    async with running_edge(
        folder, f"https://{HOST}", **settings, EDGE_SECRETS=str(folder)
    ) as running:
        yield running


@pytest.fixture(scope="module")
async def browser(edge: Edge, trusting: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the edge."""
    base_url = f"https://{HOST}:{edge.https_port}"
    async with httpx.AsyncClient(
        base_url=base_url,
        verify=trusting,
        trust_env=False,
        timeout=600,
    ) as client:
        yield client


@pytest.fixture(scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Give an edge that waits a second for each part of a request."""
    folder = tmp_path_factory.mktemp("hasty")
    limits = {"EDGE_HEAD_WITHIN": "1s", "EDGE_BODY_WITHIN": "1s", "EDGE_WAIT_FOR_API": "1s"}
    async with running_edge(folder, f"http://{HOST}", **limits) as running:
        yield running


async def test_public_paths_go_through_and_no_other(
    browser: httpx.AsyncClient, tmp_path: Path, sqlite_database: Database
) -> None:
    """Each page of links is public at the edge, and nothing of the portal, REST or the process."""
    config_of_all = config(tmp_path, portal=PortalConfig(base_url="https://mfa-admin.contoso.com"))
    of_links = replace(config_of_all, serves=(ServedPart.LINKS,))
    public = await routes(of_links, sqlite_database) - PRIVATE
    assert {enrol.PATH, track_open.PATH, resend.PATH} < public
    asked = await routes(config_of_all, sqlite_database)
    assert {SIGN_IN, "/portal", USERS, UPLOAD_USERS, f"{BATCHES}/x"} < asked
    answers = {path: (await browser.get(path)).status_code for path in asked}
    assert answers == {path: 200 if path in public else 404 for path in asked}


async def routes(configured: ApiConfig, database: Database) -> set[str]:
    """Return the paths that an API serves, with something in the place of each parameter."""
    client = await lazy_client("127.0.0.1:1")
    app = create_app(ApiDependencies(config=configured, client=client, database=database))
    return {
        re.sub(r"\{[^}]*\}", "x", route.path) for route in app.routes if isinstance(route, Route)
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/API/Enrol/?t=1", 200),
        ("/api/enrol/../../healthz", 404),
        ("/api/enrol/..%2f..%2fhealthz", 404),
        ("/api/enrolled", 404),
        ("/static/../healthz", 404),
        ("/static/%2e%2e/healthz", 404),
        ("//healthz", 404),
        ("/", 404),
        ("/docs", 404),
        ("/openapi.json", 404),
    ],
)
async def test_no_spelling_leads_past_the_list(
    edge: Edge, trusting: ssl.SSLContext, path: str, status: int
) -> None:
    """A path in capitals is public, as in the API; dots and slashes lead nowhere else."""
    answer = await ask(edge, trusting, f"GET {path} HTTP/1.1")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


async def test_forged_headers_do_not_reach_the_api(edge: Edge, browser: httpx.AsyncClient) -> None:
    """The API is told one address, the client's own, whatever the client says."""
    forged = "192.0.2.66"
    names = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP")
    others = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    headers = {**dict.fromkeys(names, forged), **others}
    await browser.get(enrol.PATH, headers=headers)
    seen = edge.upstream.seen[-1].headers
    assert seen.getlist("x-forwarded-for") == ["127.0.0.1"]
    assert seen["x-forwarded-proto"] == "https"
    assert not [value for value in seen.values() if forged in value or "evil" in value]


async def test_headers_of_the_api_come_through_once(browser: httpx.AsyncClient) -> None:
    """The edge neither repeats nor replaces security headers, and doesn't say what it is."""
    headers = (await browser.get(enrol.PATH)).headers
    assert headers.get_list("Content-Security-Policy") == [CONTENT_SECURITY_POLICY]
    names = [name.lower() for name, _ in headers.multi_items()]
    assert len(names) == len(set(names))
    assert not {"server", "via", "alt-svc"} & set(names)


async def test_a_body_of_usual_size_goes_through(browser: httpx.AsyncClient) -> None:
    """A form may have 100 KB."""
    assert (await browser.post(enrol.PATH, content=bytes(50_000))).status_code == 200


@pytest.mark.parametrize(("path", "size"), [(enrol.PATH, 100_001), (resend.PATH, 1_000_000)])
async def test_a_body_that_is_too_large_is_refused(
    edge: Edge, trusting: ssl.SSLContext, path: str, size: int
) -> None:
    """A body is refused when its length is told, before it is sent."""
    answer = await ask(edge, trusting, f"POST {path} HTTP/1.1", f"Content-Length: {size}")
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_grows_too_large_is_refused(browser: httpx.AsyncClient) -> None:
    """A body whose length isn't told is counted."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(15):
            yield bytes(10_000)

    assert (await browser.post(enrol.PATH, content=parts())).status_code == 413


async def test_http_leads_to_https(edge: Edge) -> None:
    """Who comes without TLS is sent to the same page with it."""
    async with httpx.AsyncClient(trust_env=False, timeout=600) as client:
        url = f"http://127.0.0.1:{edge.http_port}{enrol.PATH}"
        answer = await client.get(url, headers={"Host": HOST})
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://{HOST}{enrol.PATH}"


async def test_a_slow_head_is_cut_off(hasty: Edge) -> None:
    """A client that doesn't end its request's head is left, and the API never hears of it."""
    before = len(hasty.upstream.seen)
    head = f"GET {enrol.PATH} HTTP/1.1\r\nHost: {HOST}\r\n"
    assert await answer_to(hasty, head) == b""
    assert len(hasty.upstream.seen) == before


async def test_a_slow_body_is_cut_off(hasty: Edge) -> None:
    """A client that doesn't end its request's body is left, and the API is told so."""
    head = f"POST {enrol.PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\n"
    # Once more where this machine took longer than the limit to send the head.
    async with asyncio.timeout(600):
        while not hasty.upstream.broken_off.is_set():
            assert b"here" not in await answer_to(hasty, f"{head}t")


async def test_while_the_api_is_away_a_page_says_so(tmp_path: Path) -> None:
    """A person is asked to come back, and what they sent is in no log."""
    # Nothing listens there.
    settings = {"EDGE_UPSTREAM": "127.0.0.1:1", "EDGE_WAIT_FOR_API": "0s"}
    async with (
        running_edge(tmp_path, f"http://{HOST}", **settings) as edge,
        httpx.AsyncClient(trust_env=False, timeout=600) as client,
    ):
        url = f"http://127.0.0.1:{edge.http_port}{enrol.PATH}?t=0123456789abcdef"
        answer = await client.get(url, headers={"Host": HOST})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    log = edge.log.read_text()
    assert '"serving initial configuration"' in log
    assert "0123456789abcdef" not in log


@pytest.mark.parametrize("path", ["/mfa", "/mfa/"])
def test_a_site_with_a_path_is_refused(path: str) -> None:
    """The edge doesn't start for an address whose path it would not serve."""
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", ROOT / "deploy/edge/start.sh"],
        env={"PUBLIC_BASE_URL": f"https://{HOST}{path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "PUBLIC_BASE_URL" in done.stderr


async def ask(edge: Edge, trusting: ssl.SSLContext, *head: str) -> bytes:
    """Send a request's head as it is written, which a client would tidy up; return the answer."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", edge.https_port, ssl=trusting, server_hostname=HOST
    )
    lines = (*head, f"Host: {HOST}", "Connection: close", "", "")
    writer.write("\r\n".join(lines).encode())
    answer = await asyncio.wait_for(reader.read(), 600)
    writer.close()
    return answer


async def answer_to(edge: Edge, beginning: str) -> bytes:
    """Send the beginning of a request, and return what comes until the edge hangs up."""
    reader, writer = await edge.open()
    try:
        writer.write(beginning.encode())
        return await asyncio.wait_for(reader.read(), 600)
    except ConnectionError:
        # It hung up before it had read all.
        return b""
    finally:
        writer.close()
