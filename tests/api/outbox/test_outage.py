"""Temporal is away: people see normal pages, and no click is lost."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from temporal.refusals import Refusal
from tests.api.enrolments import start_enrolment
from tests.api.looks import is_saved
from tests.api.outbox.gate import gate_to
from tests.api.running import lazy_client, running_api


async def test_click_waits_for_temporal(
    client: Client, temporal_address: str, tmp_path: Path
) -> None:
    """A click that Temporal can't take is kept, and delivered with its own time and id later."""
    enrolment = await start_enrolment(client)
    async with (
        gate_to(temporal_address) as gate,
        running_api(await lazy_client(gate.address), tmp_path) as api,
    ):
        landing = await api.open_link(enrolment.token)
        assert landing.status_code == 200
        assert f'value="{enrolment.token}"' in landing.text
        assert is_saved(await api.press_button(enrolment.token))
        assert api.held() == [("clicked", enrolment.token)]
        assert await enrolment.signals() == []

        await gate.open()
        (signal,) = await enrolment.next_signals(1)
        assert signal.name == "link_clicked"
        await api.emptied()


async def test_lost_connection(
    client: Client, temporal_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the server stops answering in mid-work, nobody waits longer than for one call."""
    enrolment = await start_enrolment(client)
    async with gate_to(temporal_address) as gate:
        await gate.open()
        async with running_api(
            await lazy_client(gate.address), tmp_path, drain_within=timedelta(0)
        ) as api:
            assert (await api.open_link(enrolment.token)).status_code == 200
            await gate.shut()
            monkeypatch.setattr("api.temporal_calls.CALL_TIMEOUT", timedelta(seconds=0.5))
            async with asyncio.timeout(600):
                assert is_saved(await api.press_button(enrolment.token))
            assert api.held() == [("clicked", enrolment.token)]


async def test_nobody_waits_while_temporal_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one call in vain links, clicks and `/readyz` are answered without another one."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hanging = await lazy_client(f"127.0.0.1:{port}")
    async with server, running_api(hanging, tmp_path, drain_within=timedelta(0)) as api:
        monkeypatch.setattr("api.temporal_calls.CALL_TIMEOUT", timedelta(milliseconds=50))
        assert is_saved(await api.press_button(str(uuid4())))
        # From here on a call would last longer than the test may.
        monkeypatch.setattr("api.temporal_calls.CALL_TIMEOUT", timedelta(hours=1))
        for _ in range(3):
            token = str(uuid4())
            assert (await api.open_link(token)).status_code == 200
            assert is_saved(await api.press_button(token))
        assert (await api.http.get("/readyz")).json()["temporal"] == Refusal.SLOW
        assert api.depth() == 4


async def test_next_process_delivers_what_was_left(client: Client, tmp_path: Path) -> None:
    """What one process couldn't deliver before its end is delivered by the next."""
    enrolment = await start_enrolment(client)
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        await api.press_button(enrolment.token)
        await api.show_pixel(enrolment.token)

    async with running_api(client, tmp_path):
        signals = await enrolment.next_signals(2)
    assert [signal.name for signal in signals] == ["link_clicked", "email_opened"]


async def test_drained_on_shutdown(client: Client, tmp_path: Path) -> None:
    """Ending the process delivers what can be delivered first."""
    enrolments = [await start_enrolment(client) for _ in range(5)]
    async with running_api(client, tmp_path, deliveries_per_second=20) as api:
        for enrolment in enrolments:
            await api.show_pixel(enrolment.token)

    assert api.held() == []
    for enrolment in enrolments:
        assert len(await enrolment.signals()) == 1


async def test_unwritable_outbox_and_no_temporal(tmp_path: Path) -> None:
    """A click that can neither be told nor kept is an error, not a promise."""
    path = tmp_path / "a file" / "outbox.sqlite"
    path.parent.write_text("in the way")
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path, outbox_path=path) as api:
        page: httpx.Response = await api.press_button(str(uuid4()))
    assert page.status_code == 500
    assert "<h1>Error</h1>" in page.text
