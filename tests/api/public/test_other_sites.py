"""Another site that makes its visitors post our forms reaches nothing."""

from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from tests.api.enrolments import start_enrolment
from tests.api.looks import is_landing, is_started
from tests.api.running import Api, lazy_client, running_api


@pytest.mark.parametrize(
    ("site", "status", "kept"), [("cross-site", 403, 0), ("same-origin", 200, 1)]
)
async def test_another_site_cannot_ask(tmp_path: Path, site: str, status: int, kept: int) -> None:
    """A page of somebody else's that posts the resend form reaches nothing; our own does."""
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        data = {"email": "somebody@contoso.example"}
        page = await api.http.post("/api/resend", data=data, headers={"Sec-Fetch-Site": site})
        assert page.status_code == status
        assert api.depth() == kept


async def test_another_site_cannot_press_the_button(api: Api, client: Client) -> None:
    """A page of somebody else's that posts the click gets our page with its button; ours clicks."""
    enrolment = await start_enrolment(client)

    async def post(site: str) -> httpx.Response:
        form, headers = {"token": enrolment.token}, {"Sec-Fetch-Site": site}
        return await api.http.post("/api/enrol", data=form, headers=headers)

    assert is_landing(await post("cross-site"), enrolment.token)
    assert await enrolment.signals() == []
    assert is_started(await post("same-origin"))
    assert len(await enrolment.signals()) == 1
