"""The link of a mail, row by row of the table that says which hit gets which page."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.api.command.v1 import Command
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    TerminateWorkflowInput,
)

from api.limits.rate_limits import FAILED_LOOK_UPS
from api.public.track_open import PIXEL
from domain.status import InviteStatus
from tests.api import enrolments
from tests.api.enrolments import publish, start_enrolment
from tests.api.looks import (
    is_already,
    is_invalid,
    is_landing,
    is_not_recognised,
    is_started,
    shows,
)
from tests.api.running import OLDER_KEY, SETUP_URL, Api, running_api


@pytest.mark.parametrize("status", [None, InviteStatus.PENDING, InviteStatus.SENT])
async def test_invited_sees_button(api: Api, client: Client, status: InviteStatus | None) -> None:
    """Opening the link before the click shows the button, and changes nothing."""
    enrolment = await start_enrolment(client, status)

    assert is_landing(await api.open_link(enrolment.token), enrolment.token)
    assert await enrolment.signals() == []


async def test_button_signals_the_click(api: Api, client: Client) -> None:
    """Pressing the button tells the workflow when, and leads to the setup page."""
    enrolment = await start_enrolment(client)
    before = datetime.now(UTC)

    page = await api.press_button(enrolment.token)

    assert is_started(page)
    assert f'href="{SETUP_URL}"' in page.text
    assert 'data-seconds="10"' in page.text
    (signal,) = await enrolment.signals()
    assert signal.name == "link_clicked"
    assert before <= signal.at <= datetime.now(UTC)
    assert signal.at.tzinfo is not None


@pytest.mark.parametrize(
    "status", [InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP, InviteStatus.ACTIVE]
)
async def test_used_link(api: Api, client: Client, status: InviteStatus) -> None:
    """A link that has been used says so, offers the setup page, and signals nothing."""
    enrolment = await start_enrolment(client, status)

    opened = await api.open_link(enrolment.token)
    assert is_already(opened)
    assert f'href="{SETUP_URL}"' in opened.text
    assert is_already(await api.press_button(enrolment.token))
    assert await enrolment.signals() == []


async def test_stopped_worker_shows_no_second_button(api: Api, client: Client) -> None:
    """A click that waits in Temporal for a worker has used the link already."""
    enrolment = await start_enrolment(client)
    await api.press_button(enrolment.token)

    assert is_already(await api.open_link(enrolment.token))
    assert is_already(await api.press_button(enrolment.token))
    assert len(await enrolment.signals()) == 1


async def test_button_is_back_after_a_resend(api: Api, client: Client) -> None:
    """Once a worker has taken the click and the link was sent anew, the button is shown again."""
    enrolment = await start_enrolment(client)
    await api.press_button(enrolment.token)
    await enrolment.answer_workflow_task(publish(InviteStatus.CLICKED))
    assert is_already(await api.open_link(enrolment.token))

    await enrolment.handle.signal("resend_requested", {"event_id": "e", "at": "2026-01-01"})
    await enrolment.answer_workflow_task(publish(InviteStatus.SENT))

    assert is_landing(await api.open_link(enrolment.token), enrolment.token)
    assert is_started(await api.press_button(enrolment.token))


async def test_registered_and_over(api: Api, client: Client) -> None:
    """A finished enrolment of somebody who is registered is a used link."""
    enrolment = await start_enrolment(client)
    await enrolment.answer_workflow_task(publish(InviteStatus.ACTIVE), enrolments.COMPLETE)

    assert is_already(await api.open_link(enrolment.token))
    assert is_already(await api.press_button(enrolment.token))


@pytest.mark.parametrize(
    "end",
    [enrolments.COMPLETE, enrolments.FAIL, enrolments.CANCEL],
    ids=["left the company", "failed", "cancelled"],
)
async def test_ended_enrolment(api: Api, client: Client, end: Command) -> None:
    """The link of an enrolment that ended without registration is recognised no more."""
    enrolment = await start_enrolment(client)
    if end is enrolments.CANCEL:
        await enrolment.handle.cancel()
    await enrolment.answer_workflow_task(end)

    assert is_not_recognised(await api.open_link(enrolment.token))
    assert is_not_recognised(await api.press_button(enrolment.token))


async def test_terminated_enrolment(api: Api, client: Client) -> None:
    """The link of a terminated enrolment is recognised no more."""
    enrolment = await start_enrolment(client)
    await enrolment.handle.terminate("test")

    assert is_not_recognised(await api.open_link(enrolment.token))


async def test_unknown_token(api: Api) -> None:
    """A token that belongs to nobody is not recognised, opened or pressed."""
    assert is_not_recognised(await api.open_link(str(uuid4())))
    assert is_not_recognised(await api.press_button(str(uuid4())))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?token=",
        "?token=somebody%40contoso.example",
        "?token=a1b2c3d4-e5f6-7890-abcd-ef12345678901",
        "?token=9a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        "?token=a1b2c3d4e5f67890abcdef1234567890",
        "?token=%00%ff",
        "?other=a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        "?token=a1b2c3d4-e5f6-7890-abcd-ef1234567890&x=" + "y" * 1024,
    ],
)
async def test_malformed_link(api: Api, query: str) -> None:
    """A link without a token, or with a broken one, or an over-long one, is invalid."""
    assert is_invalid(await api.http.get("/api/enrol" + query))


async def test_a_link_as_mail_programs_leave_it(api: Api, client: Client) -> None:
    """Neither capitals, nor a slash at the end, nor what they put around the token matters."""
    token = (await start_enrolment(client)).token
    for link in (
        "/api/enrol/?token=3D{}",
        "/API/Enrol?amp;token={}%27%3E.",
        "/api/enrol//?Token={}",
    ):
        assert is_landing(await api.http.get(link.format(token)), token)
    assert (await api.http.get(f"/api/Track-Open/?token=3D{token}")).content == PIXEL


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("token=nonsense", "application/x-www-form-urlencoded"),
        ("token=" + "0" * 5000, "application/x-www-form-urlencoded"),
        ("a=1&" * 20 + "token=x", "application/x-www-form-urlencoded"),
        ("token=caf\u00e9", "application/x-www-form-urlencoded"),
        ('{"token": "a1b2c3d4-e5f6-7890-abcd-ef1234567890"}', "application/json"),
    ],
)
async def test_malformed_form(api: Api, body: str, content_type: str) -> None:
    """A form that can't be the landing page's is an invalid link."""
    page = await api.http.post(
        "/api/enrol", content=body.encode(), headers={"Content-Type": content_type}
    )
    assert is_invalid(page)


async def test_token_of_the_query_is_not_pressed(api: Api, client: Client) -> None:
    """A POST takes the token from the form alone, so a link can't act by itself."""
    enrolment = await start_enrolment(client)

    assert is_invalid(await api.http.post(f"/api/enrol?token={enrolment.token}"))
    assert await enrolment.signals() == []


async def test_upper_case_and_spaces(api: Api, client: Client) -> None:
    """A token works in capitals and with spaces around it, as mail programs make it."""
    enrolment = await start_enrolment(client)

    shouted = f" {enrolment.token.upper()}\n"
    assert is_landing(await api.open_link(shouted), enrolment.token)
    assert is_started(await api.press_button(shouted))


async def test_token_of_an_older_key(api: Api, client: Client) -> None:
    """A mail that was sent before the key was changed works like a new one."""
    enrolment = await start_enrolment(client, key=OLDER_KEY)

    assert is_landing(await api.open_link(enrolment.token), enrolment.token)
    assert is_started(await api.press_button(enrolment.token))
    assert len(await enrolment.signals()) == 1


async def test_without_confirmation_a_get_acts(client: Client, tmp_path: Path) -> None:
    """With the confirmation off the link itself is the click, once."""
    enrolment = await start_enrolment(client)
    async with running_api(client, tmp_path, enrol_confirmation=False) as api:
        assert is_started(await api.open_link(enrolment.token))
        assert is_already(await api.open_link(enrolment.token))
    assert [signal.name for signal in await enrolment.signals()] == ["link_clicked"]


@pytest.mark.parametrize("confirmation", [True, False])
async def test_head_and_options_never_act(
    client: Client, tmp_path: Path, confirmation: bool
) -> None:
    """HEAD and OPTIONS answer, and signal nothing in either mode."""
    enrolment = await start_enrolment(client)
    async with running_api(client, tmp_path, enrol_confirmation=confirmation) as api:
        params = {"token": enrolment.token}
        assert (await api.http.head("/api/enrol", params=params)).status_code == 200
        assert (await api.http.head("/api/enrol", params={"token": "?"})).status_code == 400
        options = await api.http.options("/api/enrol", params=params)
        assert options.status_code == 204
        assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
        assert api.depth() == 0
    assert await enrolment.signals() == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_wrong_method(api: Api, method: str) -> None:
    """Another method is refused with a page, and told which ones there are."""
    page = await api.http.request(method, "/api/enrol")

    assert page.status_code == 405
    assert page.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert "Contoso &amp; Sons" in page.text


async def test_unknown_tokens_are_limited_and_valid_ones_are_not(api: Api, client: Client) -> None:
    """Who tries tokens is told to slow down, while a colleague behind the same address gets in."""
    allowed = int(FAILED_LOOK_UPS.partition("/")[0])
    statuses = [(await api.open_link(str(uuid4()))).status_code for _ in range(allowed + 1)]
    assert statuses == [404] * allowed + [429]

    enrolment = await start_enrolment(client)
    assert is_landing(await api.open_link(enrolment.token), enrolment.token)
    limited = await api.open_link(str(uuid4()))
    assert shows(limited, 429, "Link Not Recognised", "warning")
    assert limited.headers["retry-after"] == "60"


class _EndsJustBeforeTheSignal(Interceptor):
    """Terminates an enrolment at the worst moment: between looking and telling."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Terminating(next)


class _Terminating(OutboundInterceptor):
    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        await self.next.terminate_workflow(
            TerminateWorkflowInput(
                id=input.id,
                run_id=None,
                first_execution_run_id=None,
                args=[],
                reason="test",
                rpc_metadata={},
                rpc_timeout=None,
            )
        )
        await self.next.signal_workflow(input)


async def test_enrolment_ends_during_the_click(client: Client, tmp_path: Path) -> None:
    """Who presses the button in the moment of a cancellation is told that the link is over."""
    enrolment = await start_enrolment(client)
    config = client.config()
    config["interceptors"] = [_EndsJustBeforeTheSignal()]
    async with running_api(Client(**config), tmp_path) as api:
        assert is_not_recognised(await api.press_button(enrolment.token))
        assert api.depth() == 0
