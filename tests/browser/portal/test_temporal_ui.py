"""An admin reads an encrypted history in the Temporal UI, with the portal as its codec server."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Response, expect
from temporalio.client import Client

from activities.enrolment.start import start_enrolment
from api.config import PortalConfig
from database.engine import Database
from database.portal.sessions import open_session
from demo.layout import free_ports
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.portal.roles import Role
from domain.status import Source
from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from temporal.encryption.environment import names_of
from temporal.encryption.names import UserPrincipalNames
from tests.api.portal.portal import running_portal, session_of
from tests.api.running import served
from tests.browser.conftest import PATIENCE_MS, OpenWindow
from tests.support import temporal_server

pytestmark = pytest.mark.long

KEY = bytes(range(32))
SESSION = "a-session-of-an-admin"
UPN = "ada.encrypted@contoso.example"
# As the UI's own form keeps them: that the cookie is sent can't be told to the dev server's UI.
KEPT_BY_UI = {"includeCredentials": True, "overrideRemoteCodecConfiguration": True}


@pytest.fixture
async def addresses(
    tmp_path: Path, sqlite_database: Database
) -> AsyncIterator[tuple[Client, str, str]]:
    """Run Temporal with its UI and a portal on one host; yield a client and both addresses."""
    port, ui_port = free_ports(2)
    ui = f"http://127.0.0.1:{ui_port}"
    codec = PayloadEncryption([KEY], names=UserPrincipalNames((KEY,)))
    client = await Client.connect(
        f"127.0.0.1:{port}", lazy=True, data_converter=replace(DATA_CONVERTER, payload_codec=codec)
    )
    async with sqlite_database.writing() as connection:
        await open_session(connection, session_of(SESSION, [Role.ADMIN]))
    config = PortalConfig(base_url="http://127.0.0.1", temporal_ui=ui)
    async with (
        running_portal(client, tmp_path, sqlite_database, portal=config) as portal,
        served(portal.api.app) as url,
    ):
        process, address = temporal_server.start(port=port, ui_port=ui_port)
        try:
            await asyncio.to_thread(temporal_server.wait_until_ready, process, address)
            yield client, ui, url
        finally:
            temporal_server.stop(process)


async def test_an_admin_finds_a_person_and_reads_their_history(
    addresses: tuple[Client, str, str], window: OpenWindow
) -> None:
    """The query of the portal finds them; who isn't signed in to the portal sees no name."""
    client, ui, url = addresses
    enrolment = EnrolmentInput(
        object_id=str(uuid4()),
        user_principal_name=UPN,
        source=Source.CSV_UPLOAD,
        batch_id="encrypted",
        correlation_id="c",
    )
    await start_enrolment(
        client,
        enrolment,
        state=EnrolmentState(),
        display_name="Ada Lovelace",
        task_queue="nobody-polls-it",
    )
    kept = KEPT_BY_UI | {"endpoint": f"{url}/portal/temporal/codec"}
    script = "".join(
        f"localStorage.setItem({json.dumps(name)}, {json.dumps(json.dumps(value))});"
        for name, value in kept.items()
    )
    workflow = f"mfa-enrolment-{enrolment.object_id}"
    for is_signed_in in (False, True):
        page = await window()
        page.set_default_timeout(PATIENCE_MS)
        await page.add_init_script(script)
        if is_signed_in:
            cookie = {"name": "mfa-rollout-session", "value": SESSION, "url": url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]
        query = names_of(client).shown_condition(UPN)
        await page.goto(f"{ui}/namespaces/default/workflows?query={query}")
        async with page.expect_response(_is_decoding) as answered:
            await page.get_by_role("link", name=workflow).first.click()
        assert (await answered.value).status == (200 if is_signed_in else 401)
        shown = page.get_by_role("textbox", name="Input")
        if is_signed_in:
            await expect(shown).to_contain_text(UPN)
        else:
            await expect(shown).not_to_be_empty()
            await expect(shown).not_to_contain_text(UPN)


def _is_decoding(response: Response) -> bool:
    return "/codec/decode" in response.url and response.request.method == "POST"
