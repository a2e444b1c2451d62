"""A person's web browser: real HTTP, patient with servers that are just being restarted."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

import httpx

from simulated_tenant.personas.pages import Page, read_page

_PAUSE = timedelta(seconds=0.25)
_TIMEOUT_SECONDS = 15.0
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) simulated person",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}


class Browser:
    """Opens, presses and loads.

    Whatever fails for reasons that pass (nobody listens, 429, 5xx) is tried again until it
    succeeds: people come back later.
    """

    def __init__(self, pause: timedelta = _PAUSE) -> None:
        """Make a client without history; ``pause`` is the time between two attempts."""
        self._pause_seconds = pause.total_seconds()
        self._client = httpx.AsyncClient(
            timeout=_TIMEOUT_SECONDS, follow_redirects=True, trust_env=False, headers=_HEADERS
        )

    async def open(self, url: str) -> Page:
        """Follow a link and read the page."""
        return self._read(await self._insist("GET", url))

    async def load(self, url: str) -> None:
        """Load an image."""
        await self._insist("GET", url)

    async def probe(self, url: str) -> None:
        """Look at a link as mail scanners do: HEAD, then GET, nothing run, nothing pressed."""
        await self._insist("HEAD", url)
        await self._insist("GET", url)

    async def submit(self, page: Page, **typed: str) -> Page | None:
        """Send the page's form with what was typed; None where there is no form to send."""
        if not page.forms:
            return None
        form = page.forms[0]
        values = form.fields | {name: typed[name] for name in form.blank if name in typed}
        return self._read(await self._insist(form.method.upper(), form.action, values))

    async def close(self) -> None:
        """Close the window."""
        await self._client.aclose()

    async def _insist(
        self, method: str, url: str, form: Mapping[str, str] | None = None
    ) -> httpx.Response:
        while True:
            try:
                response = await self._client.request(
                    method, url, data=None if form is None else dict(form)
                )
            except httpx.TransportError:
                await asyncio.sleep(self._pause_seconds)
                continue
            passing = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
            if not passing and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                return response
            await asyncio.sleep(self._pause_seconds)

    @staticmethod
    def _read(response: httpx.Response) -> Page:
        is_html = "html" in response.headers.get("content-type", "")
        return read_page(response.text, str(response.url)) if is_html else Page()
