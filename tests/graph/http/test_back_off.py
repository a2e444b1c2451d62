"""What has asked to be left alone is not called by anybody before its time is over."""

import asyncio
from datetime import timedelta

import pytest

from domain.failures import ServiceUnavailable, Throttled
from graph.http.back_off import CALLS_AT_ONCE, BackOff, called

BASE = "https://graph.microsoft.com/v1.0"
ONE = f"{BASE}/users/mfa%40contoso.example/messages"
SAME = f"{BASE}/users/MFA%40contoso.example/mailFolders/inbox/messages?$top=1"
ITEMS = f"{BASE}/sites/s/lists/l/items"
OTHER = f"{BASE}/users/mfa2%40contoso.example/messages/1/send"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/users/a%40b/messages/1/send", "mailbox a@b"),
        ("/users/a%40b", "directory"),
        ("/users/a/authentication/methods", "authentication_methods"),
        ("/sites/s/lists/l/items", "sharepoint"),
        ("/reports/authenticationMethods/userRegistrationDetails", "reports"),
        ("/groups/g/members/$ref", "directory"),
    ],
)
def test_a_call_counts_against_a_mailbox_or_a_service(path: str, name: str) -> None:
    """Microsoft counts calls so."""
    assert called(BASE + path) == name


def test_only_what_has_asked_is_left_alone() -> None:
    """The same mailbox however it is written, for as long as it said; the longest wait counts."""
    now = [100.0]
    back_off = BackOff(clock=lambda: now[0])
    hour = timedelta(hours=1)
    for failure in (
        Throttled("", retry_after=2 * hour),
        Throttled("", retry_after=hour),
        Throttled(""),
        ServiceUnavailable("", retry_after=3 * hour),
    ):
        assert back_off.heeded(ONE, failure) is failure
    assert back_off.rest(SAME) == 2 * hour
    assert back_off.rest(OTHER) is None
    now[0] += hour.total_seconds()
    assert back_off.rest(SAME) == hour
    now[0] += hour.total_seconds()
    assert back_off.rest(SAME) is None


def test_what_has_little_left_is_pressed_until_it_counts_anew() -> None:
    """SharePoint says so before it refuses; a refusal presses for ten minutes beyond its wait."""
    now = [100.0]
    back_off = BackOff(clock=lambda: now[0])
    back_off.announced(ITEMS, {"Content-Type": "application/json"})
    assert not back_off.is_pressed(ITEMS)

    back_off.announced(ITEMS, {"RateLimit-Remaining": "120", "RateLimit-Reset": "31"})
    now[0] += 30
    assert back_off.is_pressed(ITEMS)
    assert not back_off.is_pressed(ONE)
    now[0] += 1
    assert not back_off.is_pressed(ITEMS)

    back_off.heeded(ITEMS, Throttled("", retry_after=timedelta(minutes=1)))
    now[0] += 659
    assert back_off.is_pressed(ITEMS)
    now[0] += 1
    assert not back_off.is_pressed(ITEMS)


async def test_a_mailbox_has_four_places() -> None:
    """A fifth call waits for its turn; another mailbox has places of its own."""
    back_off, free, other_at_work = BackOff(), asyncio.Event(), asyncio.Event()
    at_work: list[str] = []

    async def call(url: str) -> None:
        async with back_off.place(url):
            at_work.append(url)
            if url == OTHER:
                other_at_work.set()
            await free.wait()

    async with asyncio.TaskGroup() as group:
        for url in [ONE] * (CALLS_AT_ONCE + 1) + [OTHER]:
            group.create_task(call(url))
        await other_at_work.wait()
        assert at_work.count(ONE) == CALLS_AT_ONCE
        free.set()
    assert at_work.count(ONE) == CALLS_AT_ONCE + 1
