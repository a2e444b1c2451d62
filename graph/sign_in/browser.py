"""A person's sign-in with the browser of this machine: authorization code with PKCE on loopback.

Source: Microsoft's page on the OAuth 2.0 authorization code flow.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msal

from graph.sign_in.person import PersonTokens

PATIENCE = timedelta(minutes=5)
_DONE = "You have signed in. You may close this window and return to the terminal."


class BrowserTokens(PersonTokens):
    """Access tokens of a person whose browser opens, and comes back to ``http://localhost``."""

    def __init__(
        self, *, show: Callable[[str], None], patience: timedelta = PATIENCE, **how: Any
    ) -> None:
        """Remember how to ask.

        Args:
            show: tells the person what to do where no browser can be opened.
            patience: how long the person may take.
            how: see ``PersonTokens``.
        """
        super().__init__(**how)
        self._show = show
        self._patience = patience

    async def ask(self, app: msal.PublicClientApplication) -> dict[str, Any]:
        """Open the browser, and wait until the person has signed in."""

        def acquire() -> dict[str, Any]:
            answer: dict[str, Any] = app.acquire_token_interactive(
                self._scopes,
                timeout=self._patience.total_seconds(),
                prompt="select_account",
                success_template=_DONE,
                on_before_launching_ui=lambda **_: self._show("Opening your browser to sign in."),
                auth_uri_callback=lambda url: self._show(
                    "No browser can be opened here. Open this page on this machine, or press "
                    f"Ctrl-C and use --device-code: {url}"
                ),
            )
            return answer

        return await _in_thread_of_its_own(acquire)


async def _in_thread_of_its_own(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run what waits for a person so that neither Ctrl-C nor the end of the process waits, too."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[dict[str, Any]] = loop.create_future()

    def deliver(answer: dict[str, Any] | None, error: Exception | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(answer or {})

    def run() -> None:
        answer, failure = None, None
        try:
            answer = call()
        except Exception as error:  # noqa: BLE001 - it is raised again where the answer is awaited
            failure = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, answer, failure)

    threading.Thread(target=run, name="sign-in", daemon=True).start()
    return await result
