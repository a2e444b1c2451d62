"""Signing in with a code, against an Entra ID that is reduced to what this needs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_stack

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.failures import ServiceUnavailable, SignInFailed
from domain.microsoft import HttpOptions
from graph.sign_in.device_code import DeviceCodeTokens
from simulated_tenant.certificates import CA_FILE, certificate_authority, server_context
from simulated_tenant.listener import listening_socket, running
from tests.support.world import eventually

TENANT = "11111111-2222-4333-8444-555555555555"
MESSAGE = "Open the page and type ABC-123."


@dataclass
class Entra:
    """Answers the discovery, gives out a code, and says yes when it is told to."""

    folder: Path
    origin: str = ""
    offers_codes: bool = True
    # What the token endpoint says to each poll; the last for ever.
    answers: list[dict[str, str]] = field(
        default_factory=lambda: [{"error": "authorization_pending"}, {"access_token": "token-1"}]
    )
    asked_for: list[str] = field(default_factory=list)
    polls: int = 0

    async def discover(self, request: Request) -> Response:
        """Describe the endpoints."""
        base = f"{self.origin}/{TENANT}"
        described = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
        }
        if self.offers_codes:
            described["device_authorization_endpoint"] = f"{base}/devicecode"
        return JSONResponse(described)

    async def code(self, request: Request) -> Response:
        """Give out a code."""
        self.asked_for.append(str((await request.form())["scope"]))
        return JSONResponse(
            {
                "device_code": "device",
                "user_code": "ABC-123",
                "verification_uri": "https://example",
                "expires_in": 900,
                "interval": 1,
                "message": MESSAGE,
            }
        )

    async def token(self, request: Request) -> Response:
        """Answer a poll."""
        answer = self.answers[min(self.polls, len(self.answers) - 1)]
        self.polls += 1
        return JSONResponse(answer, status_code=400 if "error" in answer else 200)

    def tokens(self, show: Callable[[str], None] = lambda _: None) -> DeviceCodeTokens:
        """Return our side."""
        return DeviceCodeTokens(
            authority=f"{self.origin}/{TENANT}",
            client_id="some-app",
            show=show,
            is_simulated=True,
            http=HttpOptions(ca_bundle=self.folder / CA_FILE),
        )


@asynccontextmanager
async def _serving(entra: Entra) -> AsyncIterator[Entra]:
    app = Starlette(
        routes=[
            Route(f"/{TENANT}/v2.0/.well-known/openid-configuration", entra.discover),
            Route(f"/{TENANT}/devicecode", entra.code, methods=["POST"]),
            Route(f"/{TENANT}/token", entra.token, methods=["POST"]),
        ]
    )
    listener = listening_socket("127.0.0.1", 0)
    entra.origin = f"https://localhost:{listener.getsockname()[1]}"
    async with running(app, listener, server_context(certificate_authority(entra.folder))):
        yield entra


@pytest.fixture
async def entra(tmp_path: Path) -> AsyncIterator[Entra]:
    """Serve an Entra ID of one's own."""
    async with _serving(Entra(tmp_path)) as serving:
        yield serving


async def test_the_code_is_shown_and_the_token_comes(entra: Entra) -> None:
    """The message is shown once, the sign-in is waited for, and the token is kept."""
    shown: list[str] = []
    tokens = entra.tokens(shown.append)

    first = await tokens.token()
    again = await tokens.token()
    tokens.close()

    assert first == again == "token-1"
    assert shown == [MESSAGE]
    assert entra.polls == 2
    assert "Sites.Manage.All" in entra.asked_for[0]


async def test_a_rejected_token_is_followed_by_another_sign_in(entra: Entra) -> None:
    """Whoever's token Graph rejects signs in again."""
    entra.answers = [{"access_token": "token-1"}, {"access_token": "token-2"}]
    tokens = entra.tokens()

    assert await tokens.refresh(await tokens.token()) == "token-2"

    tokens.close()
    assert len(entra.asked_for) == 2


async def test_a_refusal_is_told_with_its_remedy(entra: Entra) -> None:
    """The person says no: the code of the refusal is in the message, and what to check."""
    entra.answers = [{"error": "authorization_declined"}]
    tokens = entra.tokens()

    with pytest.raises(SignInFailed, match=r"authorization_declined.*PROVISION_CLIENT_ID"):
        await tokens.token()

    tokens.close()


async def test_where_no_codes_are_given_out_it_is_told(entra: Entra) -> None:
    """An authority without the endpoint, as the simulated tenant, is a failed sign-in."""
    entra.offers_codes = False
    tokens = entra.tokens()

    with pytest.raises(SignInFailed, match="PROVISION_CLIENT_SECRET"):
        await tokens.token()

    tokens.close()


async def test_whoever_gives_up_is_not_held_up(entra: Entra) -> None:
    """Cancelled while the person has not signed in yet: the polling ends, too."""
    entra.answers = [{"error": "authorization_pending"}]
    waiting = asyncio.Event()
    tokens = entra.tokens(lambda _: waiting.set())
    task = asyncio.create_task(tokens.token())
    await asyncio.wait_for(waiting.wait(), 180)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await eventually(lambda: not _polling_threads())
    tokens.close()


def _polling_threads() -> list[int]:
    """Return the threads that are inside msal's polling."""
    found = []
    for thread, frame in sys._current_frames().items():  # noqa: SLF001 - no other way to look
        names = {one.f_code.co_name for one, _ in walk_stack(frame)}
        if "obtain_token_by_device_flow" in names:
            found.append(thread)
    return found


async def test_an_entra_that_is_not_there_passes(entra: Entra) -> None:
    """No connection: worth another try, and no address in the message."""
    tokens = DeviceCodeTokens(
        authority=f"https://localhost:1/{TENANT}",
        client_id="some-app",
        show=lambda _: None,
        is_simulated=True,
    )

    with pytest.raises(ServiceUnavailable) as raised:
        await tokens.token()

    tokens.close()
    assert "localhost" not in str(raised.value)
