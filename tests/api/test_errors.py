"""When something unexpected happens: a page with a number, a log line, and no secrets in it."""

import logging
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)
from temporalio.service import RPCError, RPCStatusCode

from tests.api.enrolments import start_enrolment
from tests.api.running import lazy_client, running_api, served

SECRET = "the message quotes a token"


class _Refusing(Interceptor):
    """A server with a bug."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _RefusingOutbound(next)


class _RefusingOutbound(OutboundInterceptor):
    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:
        raise RPCError(SECRET, RPCStatusCode.INTERNAL, b"")


async def test_error_page(client: Client, tmp_path: Path) -> None:
    """The page and the log share a reference number, and the click is kept."""
    token = (await start_enrolment(client)).token
    config = client.config()
    config["interceptors"] = [_Refusing()]
    async with running_api(Client(**config), tmp_path, deliveries_per_second=0.01) as api:
        with capture_logs() as logs:
            opened = await api.open_link(token)
            pressed = await api.press_button(token)
        assert api.held() == [("clicked", token)]

    for page in (opened, pressed):
        assert page.status_code == 500
        assert "<h1>Error</h1>" in page.text
        assert "tone-failure" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]
    references = [re.search(r"<code>(\w{8})</code>", page.text) for page in (opened, pressed)]
    failures = [entry for entry in logs if entry["event"] == "request failed"]
    assert [match and match[1] for match in references] == [
        entry["reference"] for entry in failures
    ]
    assert failures[0]["error"] == "RPCError"
    assert any("link_status.py" in frame for frame in failures[0]["where"])
    assert token not in str(logs)
    assert SECRET not in str(logs)


async def test_no_token_or_address_in_logs(
    client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that identifies anybody is logged, whatever the API is asked."""
    caplog.set_level(logging.DEBUG)
    known = (await start_enrolment(client)).token
    unknown, address = str(uuid4()), f"{uuid4()}@contoso.example"
    for temporal in (client, await lazy_client("127.0.0.1:1")):
        folder = tmp_path / str(uuid4())
        folder.mkdir()
        async with running_api(temporal, folder) as api:
            with capture_logs() as logs:
                async with (
                    served(api.app) as url,
                    httpx.AsyncClient(base_url=url) as http,
                ):
                    caplog.clear()
                    for token in (known, unknown):
                        await http.get("/api/enrol", params={"token": token})
                        await http.post("/api/enrol", data={"token": token})
                        await http.get("/api/track-open", params={"token": token})
                        await http.put("/api/enrol", params={"token": token})
                    await http.post("/api/resend", data={"email": address})
            own = [record.getMessage() for record in caplog.records if _is_ours(record)]
            told = str(logs) + str(own)
            for secret in (known, unknown, address):
                assert secret not in told


def _is_ours(record: logging.LogRecord) -> bool:
    # The test's own browser logs what it asks for.
    return not record.name.startswith(("httpx", "httpcore"))


async def test_head_over_the_wire(client: Client, tmp_path: Path) -> None:
    """A HEAD has the status and headers of the page, and no body."""
    token = (await start_enrolment(client)).token
    async with (
        running_api(client, tmp_path) as api,
        served(api.app) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        head = await http.head("/api/enrol", params={"token": token})
        page = await http.get("/api/enrol", params={"token": token})
    assert head.content == b""
    assert head.status_code == 200
    assert head.headers["content-length"] == page.headers["content-length"]
