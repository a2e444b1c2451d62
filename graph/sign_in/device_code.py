"""A person's sign-in with a code that they type into a browser, on this machine or another.

Source: Microsoft's page on the OAuth 2.0 device authorization grant.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msal

from graph.sign_in.person import OTHER_THAN_CODES, PersonTokens

# Conditional Access refuses in the browser; the program that waits isn't told (azure-cli#32420).
_IF_BLOCKED = (
    "If the page refuses it (53003), your organisation blocks codes: press Ctrl-C here. "
    f"{OTHER_THAN_CODES}"
)


class DeviceCodeTokens(PersonTokens):
    """Access tokens of a person who signs in with a browser, on this machine or another."""

    def __init__(
        self, *, show: Callable[[str], None], if_blocked: str = _IF_BLOCKED, **how: Any
    ) -> None:
        """Remember how to ask.

        Args:
            show: tells the person where to go and what to type.
            if_blocked: what they do where the organisation blocks codes.
            how: see ``PersonTokens``.
        """
        super().__init__(**how)
        self._show = show
        self._if_blocked = if_blocked

    async def ask(self, app: msal.PublicClientApplication) -> dict[str, Any]:
        """Show the code, and wait until it was typed (15 minutes at most)."""
        flow: dict[str, Any] = await asyncio.to_thread(
            app.initiate_device_flow, scopes=self._scopes
        )
        if "user_code" not in flow:
            raise self._refusal(flow)
        self._show(f"{flow['message']}\n{self._if_blocked}")
        try:
            answer: dict[str, Any] = await asyncio.to_thread(app.acquire_token_by_device_flow, flow)
        finally:
            # Whoever gives up waiting lets the thread end, too.
            flow["expires_at"] = 0
        return answer
