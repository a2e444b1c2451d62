"""The resend form: one answer to every plausible address."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.limits.rate_limits import RESEND_WAITS_AT_MOST, TYPED_ADDRESS_WAITS, Admission, Limits
from api.outbox.hit import HitKind, Lane
from api.services import Services
from tests.api.running import Api, lazy_client, running_api


async def ask(api: Api, address: str) -> httpx.Response:
    """Post the form."""
    return await api.http.post("/api/resend", data={"email": address})


def told(response: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all that somebody can tell from an answer."""
    return response.status_code, response.text, sorted(response.headers.multi_items())


async def test_form(api: Api) -> None:
    """The form has one labelled field that a browser can fill in."""
    page = await api.http.get("/api/resend")

    assert page.status_code == 200
    assert '<label for="email">' in page.text
    for attribute in ('autocomplete="email"', 'inputmode="email"', 'action="/api/resend"'):
        assert attribute in page.text


@pytest.mark.wording
async def test_the_answer_promises_nothing(tmp_path: Path) -> None:
    """It says what happens if the address is known, and not whether it is."""
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        page = await ask(api, "somebody@contoso.example")
    assert "If this address is part of the rollout, a new link is on its way" in page.text


async def test_same_answer_for_everybody(tmp_path: Path) -> None:
    """Known, unknown, strange and limited addresses get the very same answer."""
    async with running_api(await lazy_client("127.0.0.1:1"), tmp_path) as api:
        first = await ask(api, "somebody@contoso.example")
        assert first.status_code == 200
        assert "somebody" not in first.text
        for address in ("nobody@contoso.example", "a@b", "<b>@x.y", "somebody@contoso.example"):
            assert told(await ask(api, address)) == told(first)
        for _ in range(10):
            assert told(await ask(api, "SOMEBODY@contoso.example")) == told(first)
        kept = [subject for _, subject in api.held()]
    # Five at once, and one that waits.
    assert [each.casefold() for each in kept].count("somebody@contoso.example") == 6
    assert "nobody@contoso.example" in kept


async def test_a_client_over_its_limit_waits(tmp_path: Path) -> None:
    """Twenty posts silence no office: the wishes after them are kept, told later, and counted."""
    temporal = await lazy_client("127.0.0.1:1")
    async with running_api(temporal, tmp_path) as api:
        answers = {str(told(await ask(api, f"user{n}@contoso.example"))) for n in range(30)}
        assert len(answers) == 1
        assert len(api.held()) == 30
        services: Services = api.app.state.services
        assert services.counters.delayed[HitKind.RESEND] == 10
        now = datetime.now(UTC)
        due = await services.outbox.due({Lane.RESEND: 99}, now)
        assert len(due.hits) == 20
        later = await services.outbox.due({Lane.RESEND: 99}, now + timedelta(minutes=10))
        assert len(later.hits) == 30


async def test_nobody_silences_anothers_wish() -> None:
    """A flood for somebody's address is charged to who sends it; their own wish is kept."""
    now = 0.0
    limits = Limits(clock=lambda: now)
    flood = [await limits.admit_resend("attacker", "ada@contoso.example") for _ in range(400)]
    at_once = [one for one in flood if one == Admission()]
    waiting = [one for one in flood if one and one.delay]
    refused = [one for one in flood if one is None]
    # Those that wait have two keys: one for the address, one for the address and the client.
    assert (len(at_once), len(refused), len({one.merge_key for one in waiting})) == (5, 140, 2)
    own = await limits.admit_resend("home", "Ada@contoso.example")
    assert own is not None
    assert own.delay == TYPED_ADDRESS_WAITS
    assert await limits.admit_resend("home", "grace@contoso.example") == Admission()
    assert await limits.admit_resend("attacker", "grace@contoso.example") is None
    now = 15.0
    after = await limits.admit_resend("attacker", "grace@contoso.example")
    assert after is not None
    assert after.delay == RESEND_WAITS_AT_MOST


async def test_forwarded_client(tmp_path: Path) -> None:
    """Behind a trusted proxy its clients are counted one by one."""
    async with running_api(
        await lazy_client("127.0.0.1:1"), tmp_path, trusted_proxies=("192.0.2.0/24",)
    ) as api:
        for n in range(30):
            await api.http.post(
                "/api/resend",
                data={"email": f"user{n}@contoso.example"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            )
        assert len(api.held()) == 30


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "somebody",
        "a b@contoso.example",
        "@x",
        "x@",
        "a@b@c",
        "a\x00@b.example",
        "x" * 251 + "@y.z",
    ],
)
async def test_implausible_address(api: Api, address: str) -> None:
    """What can't be an address shows the form again, says why, and keeps nothing."""
    page = await ask(api, address)

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert api.depth() == 0


async def test_long_body(api: Api) -> None:
    """A body that no browser would send for this form isn't read to its end."""
    page = await api.http.post(
        "/api/resend",
        content=b"email=somebody%40contoso.example&x=" + b"y" * 10_000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert page.status_code == 400
    assert api.depth() == 0
