"""What a client may do, and that it takes nothing from others."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from api.limits import rate_limits
from api.limits.rate_limits import UNKNOWN_OPENS_OF_CLIENT_AT_ONCE, Limits
from api.limits.turns import Turns

Admit = Callable[[Limits, str], Awaitable[bool]]


@pytest.mark.parametrize(
    ("admit", "most"),
    [
        (Limits.admit_unknown_click, 600),
        (Limits.allow_look_for_new_token, 6),
        (Limits.allow_failed_look_up, 30),
    ],
)
async def test_a_client_is_charged_alone(admit: Admit, most: int) -> None:
    """One may so often and no more; another begins anew."""
    limits = Limits()
    assert [await admit(limits, "one") for _ in range(most + 2)] == [True] * most + [False] * 2
    assert await admit(limits, "other")


def test_a_client_has_so_many_opens_at_once() -> None:
    """Then one comes every half second, and none waits; another client begins anew."""
    now = 100.0
    limits = Limits(clock=lambda: now)
    most = [True] * UNKNOWN_OPENS_OF_CLIENT_AT_ONCE
    assert [limits.admit_unknown_open("one") for _ in range(122)] == [*most, False, False]
    now += rate_limits.UNKNOWN_OPENS_OF_CLIENT_EVERY.total_seconds()
    assert [limits.admit_unknown_open("one") for _ in range(2)] == [True, False]
    assert limits.admit_unknown_open("other")


async def test_looks_of_all_clients_together_are_limited() -> None:
    """However many clients try new tokens, the list is asked so often; the refused don't count."""
    limits = Limits()
    one = [await limits.allow_look_for_new_token("one") for _ in range(100)]
    others = [await limits.allow_look_for_new_token(f"client {n}") for n in range(100)]
    assert (one.count(True), others.count(True)) == (6, 24)


async def test_a_doubtful_client_may_still_ask_for_its_colleagues() -> None:
    """After many tokens that nobody has, Temporal is asked less often for a client, not never."""
    limits = Limits()
    for _ in range(40):
        await limits.allow_failed_look_up("one")
    asked = [await limits.allow_ask_without_tables("one") for _ in range(100)]
    assert asked.count(True) == 60
    assert await limits.allow_ask_without_tables("other")


async def test_the_outbox_has_look_ups_of_its_own() -> None:
    """Pages that ask the list as often as they may take none from hits that are held."""
    limits = Limits()
    pages = [await limits.allow_list_look_up() for _ in range(20)]
    held = [await limits.allow_list_look_up(of_outbox=True) for _ in range(20)]
    assert 5 <= pages.count(True) < 20
    assert 2 <= held.count(True) < 20


def test_turns() -> None:
    """Some at once, then one after another; one that would wait too long takes no turn."""
    now = 100.0
    ten = timedelta(seconds=10)
    turns = Turns(at_once=2, every=ten, longest=2 * ten, clock=lambda: now)
    zero = timedelta(0)
    assert [turns.take("one") for _ in range(6)] == [zero, zero, ten, 2 * ten, None, None]
    assert turns.take("other") == zero
    now += 10
    assert [turns.take("one") for _ in range(2)] == [2 * ten, None]
    now += 1000
    assert [turns.take("one") for _ in range(3)] == [zero, zero, ten]
