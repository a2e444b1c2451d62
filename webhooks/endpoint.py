"""Posts signed messages to one address, in the form of https://www.standardwebhooks.com.

An address is somebody's input, and the worker is inside a network. So the host is looked up here,
every address that it has must be public, and the connection goes to the address that was looked at:
a name that leads elsewhere a moment later leads nowhere. Redirects are not followed, and no more
than the head of an answer is read.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from socket import SOCK_STREAM

import httpx
from standardwebhooks import Webhook as Signer

from domain.webhooks.addresses import is_public
from domain.webhooks.records import Message, PostAnswer, Webhook, WebhookTrouble

ANSWER_WITHIN = 15.0
# An hour: what is asked for beyond that is asked again.
LONGEST_RETRY_AFTER = 3600.0
_PORTS = {"https": 443, "http": 80}


class NotPublic(Exception):
    """A host leads to an address that isn't public."""


class Endpoints:
    """Opens the addresses of webhooks."""

    def __init__(
        self,
        *,
        allow_private: bool,
        ca_bundle: Path | None = None,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        """Trust the public certificate authorities, and those of the bundle.

        Args:
            allow_private: whether private addresses, and http, are allowed.
            ca_bundle: PEM file of more authorities.
            answer_within: seconds from looking the host up to the head of the answer.
        """
        self._allow_private = allow_private
        self._answer_within = answer_within
        self._verify: ssl.SSLContext = httpx.create_ssl_context(trust_env=False)
        if ca_bundle is not None:
            self._verify.load_verify_locations(ca_bundle)

    @asynccontextmanager
    async def open(self, webhook: Webhook) -> AsyncIterator["Endpoint"]:
        """Open the address of a webhook; connections are its own, since hosts may share one IP."""
        async with httpx.AsyncClient(
            verify=self._verify,
            trust_env=False,
            follow_redirects=False,
            timeout=self._answer_within,
        ) as http:
            yield Endpoint(
                http,
                webhook,
                allow_private=self._allow_private,
                answer_within=self._answer_within,
            )


class Endpoint:
    """One webhook's address."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        webhook: Webhook,
        *,
        allow_private: bool,
        answer_within: float,
    ) -> None:
        """Post to this webhook's address."""
        self._answer_within = answer_within
        self._http = http
        self._url = httpx.URL(webhook.url)
        self._signer = Signer(webhook.secret)
        self._allow_private = allow_private

    async def post(self, message: Message) -> PostAnswer:
        """Sign and post a message in one try; it was taken where the answer is 2xx."""
        try:
            async with asyncio.timeout(self._answer_within):
                return await self._post(message)
        except (TimeoutError, httpx.TimeoutException):
            return PostAnswer(trouble=WebhookTrouble.TIMED_OUT)
        except NotPublic:
            return PostAnswer(trouble=WebhookTrouble.NOT_PUBLIC)
        except (httpx.HTTPError, OSError, UnicodeError):
            return PostAnswer(trouble=WebhookTrouble.UNREACHABLE)

    async def _post(self, message: Message) -> PostAnswer:
        if not self._allow_private and self._url.scheme != "https":
            raise NotPublic
        now = datetime.now(UTC).replace(microsecond=0)
        headers = {
            "Host": self._url.netloc.decode(),
            "Content-Type": "application/json",
            "User-Agent": "mfa-rollout",
            "webhook-id": message.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(message.message_id, now, message.body),
        }
        async with self._http.stream(
            "POST",
            self._url.copy_with(host=await self._address()),
            content=message.body.encode(),
            headers=headers,
            extensions={"sni_hostname": self._url.host},
        ) as response:
            return _answer(response)

    async def _address(self) -> str:
        """Return the address to connect to.

        Raises:
            NotPublic: the host has one that isn't public.
            OSError: it has none.
        """
        port = self._url.port or _PORTS[self._url.scheme]
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._url.host, port, type=SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise NotPublic
        return addresses[0]


def _answer(response: httpx.Response) -> PostAnswer:
    if response.is_success:
        return PostAnswer()
    gone = response.status_code == HTTPStatus.GONE
    return PostAnswer(
        trouble=WebhookTrouble.GONE if gone else WebhookTrouble.ANSWERED,
        answered=response.status_code,
        retry_after_seconds=_retry_after(response.headers.get("retry-after", "")),
    )


def _retry_after(text: str) -> float | None:
    """Return the seconds that an answer asks to wait; a date is not looked at."""
    return min(float(text), LONGEST_RETRY_AFTER) if text.isascii() and text.isdigit() else None
