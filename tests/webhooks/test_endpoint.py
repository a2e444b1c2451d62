"""Posting to an address: what is signed, what counts as taken, and where nothing is posted to."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from domain.webhooks.records import Message, PostAnswer, Webhook, WebhookTrouble
from tests.support.receiver import receiver
from webhooks.endpoint import Endpoints

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = Message(message_id="msg_1", body='{"type":"webhook.test"}')
GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def webhook(url: str) -> Webhook:
    """Return a webhook that leads there."""
    return Webhook(
        webhook_id="3f2a0000-0000-4000-8000-000000000001",
        url=url,
        secret=SECRET,
        created_by="ada",
        created_at=datetime(2026, 11, 27, tzinfo=UTC),
    )


async def posted(url: str, *, allow_private: bool = True, within: float = 300) -> PostAnswer:
    """Post one message."""
    endpoints = Endpoints(allow_private=allow_private, answer_within=within)
    async with endpoints.open(webhook(url)) as endpoint:
        return await endpoint.post(MESSAGE)


def documented_check() -> Any:
    """Return the function that docs/webhooks.md shows."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own document
    return names["is_genuine"]


async def test_a_message_can_be_verified() -> None:
    """By the reference library, and by the example of the document; a changed body by neither."""
    async with receiver() as here:
        assert await posted(here.url) == PostAnswer()
        ((headers, body),) = here.requests
        assert headers["host"] == here.url.split("/")[2]
    assert Verifier(SECRET).verify(body, headers) == {"type": "webhook.test"}
    is_genuine = documented_check()
    assert is_genuine(SECRET, headers, body)
    assert not is_genuine(SECRET, headers, body + b" ")
    assert not is_genuine(SECRET, headers | {"webhook-id": "msg_2"}, body)
    assert not is_genuine(SECRET, headers | {"webhook-timestamp": "1"}, body)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("200 OK", PostAnswer()),
        ("301 Moved\nlocation: /elsewhere", (WebhookTrouble.ANSWERED, 301, None)),
        ("410 Gone", (WebhookTrouble.GONE, 410, None)),
        ("500 Oh", (WebhookTrouble.ANSWERED, 500, None)),
        ("429 Slow\nretry-after: 7", (WebhookTrouble.ANSWERED, 429, 7.0)),
        ("503 Busy\nretry-after: 99999", (WebhookTrouble.ANSWERED, 503, 3600.0)),
        ("503 Busy\nretry-after: soon", (WebhookTrouble.ANSWERED, 503, None)),
    ],
)
async def test_what_counts_as_taken(answer: str, expected: Any) -> None:
    """2xx alone; a redirect isn't followed, and a wait that is asked for is bounded."""
    if isinstance(expected, tuple):
        trouble, answered, wait = expected
        expected = PostAnswer(trouble=trouble, answered=answered, retry_after_seconds=wait)
    async with receiver() as here:
        here.answers.append(answer)
        assert await posted(here.url) == expected
        assert len(here.requests) == 1


@pytest.mark.parametrize("url", ["https://127.0.0.1:{port}/hook", "https://localhost:{port}/hook"])
async def test_nothing_is_posted_into_our_own_network(url: str) -> None:
    """A host that leads to a private address isn't even connected to, nor is plain http used."""
    async with receiver() as here:
        port = here.url.split(":")[2].split("/")[0]
        for one in (url.format(port=port), here.url):
            answer = await posted(one, allow_private=False)
            assert answer == PostAnswer(trouble=WebhookTrouble.NOT_PUBLIC)
        assert here.connections == 0


async def test_a_receiver_that_is_away_or_silent() -> None:
    """Both are told apart, and neither takes longer than the limit."""
    async with receiver() as here:
        here.answers.append("silence")
        assert await posted(here.url, within=0.2) == PostAnswer(trouble=WebhookTrouble.TIMED_OUT)
    unreachable = PostAnswer(trouble=WebhookTrouble.UNREACHABLE)
    # Nobody listens there any more, and no host can have such a name.
    for url in (here.url, f"https://{'a' * 64}.example/hook"):
        assert await posted(url) == unreachable
