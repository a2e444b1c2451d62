"""What counts as registered, and how often it is looked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.registration.methods import (
    COUNTED,
    NOT_COUNTED,
    classify,
    counted_methods,
    first_look_is_due,
    next_poll_in,
    short_name,
    stretched_interval,
)
from tests.domain.enrolment.states import HOUR, MINUTE, POLICY, START

SEED = {
    "phoneAuthenticationMethod",
    "microsoftAuthenticatorAuthenticationMethod",
    "softwareOathAuthenticationMethod",
    "fido2AuthenticationMethod",
    "windowsHelloForBusinessAuthenticationMethod",
}


@pytest.mark.parametrize("method", sorted(COUNTED))
def test_each_strong_method_counts(method: str) -> None:
    """One strong method beside the password is a registration."""
    assert classify(["passwordAuthenticationMethod", method]).registered


def test_the_five_of_the_seed_count() -> None:
    """None of the methods that the seed names is forgotten."""
    assert SEED <= COUNTED


@pytest.mark.parametrize("method", sorted(NOT_COUNTED))
def test_each_weak_method_does_not(method: str) -> None:
    """Passwords, e-mail, temporary access passes and QR codes are no MFA, and not unknown."""
    seen = classify([method])
    assert (seen.registered, seen.unknown) == (False, ())


def test_password_is_excluded() -> None:
    """The seed's note: passwords alone don't count."""
    assert "passwordAuthenticationMethod" in NOT_COUNTED


def test_unknown_types_are_reported_and_count_neither_way() -> None:
    """A type of the future is named, and leaves the user where they are."""
    alone = classify(["palmReaderAuthenticationMethod", "passwordAuthenticationMethod"])
    assert (alone.registered, alone.unknown) == (False, ("palmReaderAuthenticationMethod",))
    beside = classify(["palmReaderAuthenticationMethod", "phoneAuthenticationMethod"])
    assert (beside.registered, beside.unknown) == (True, ("palmReaderAuthenticationMethod",))


def test_what_counts_is_the_organisations_choice() -> None:
    """A known type that was left out doesn't count and isn't unknown; one that was added counts."""
    chosen = counted_methods(["fido2", "qrCodePin"])
    assert classify(["phoneAuthenticationMethod"], chosen) == classify([])
    assert classify(["qrCodePinAuthenticationMethod"], chosen).registered


@pytest.mark.parametrize("method", sorted(COUNTED))
def test_types_are_named_in_any_way(method: str) -> None:
    """With and without the suffix, in any case, the same type is meant."""
    for name in (method, short_name(method), method.upper(), f" {short_name(method).lower()} "):
        assert counted_methods([name]) == {method}


@pytest.mark.parametrize("name", ["telepathy", "password", "passwordAuthenticationMethod", ""])
def test_what_cannot_be_counted_is_refused(name: str) -> None:
    """A name that is none, and the password that everybody has; those that can are listed."""
    with pytest.raises(ValueError, match=r"name 2 .* these are: email, external, fido2") as refusal:
        counted_methods(["phone", name])
    assert "telepathy" not in str(refusal.value)


def test_ten_thousand_people_fit_into_twelve_hours() -> None:
    """At 5 looks in 10 seconds nobody waits longer up to 10,000 people; 20,000 wait twice that."""
    assert stretched_interval(10_000, 0.5) <= 12 * HOUR < stretched_interval(11_000, 0.5)
    assert stretched_interval(20_000, 0.5) == 2 * stretched_interval(10_000, 0.5)


@pytest.mark.parametrize(("hours", "waits"), [(0, 12), (11, 12), (13, 13), (100, 100)])
def test_routine_looks_are_stretched_for_many(hours: int, waits: int) -> None:
    """The rhythm is as long as the policy's, or as long as it has to be."""
    at_least = hours * HOUR
    found = next_poll_in(START, clicked_at=None, policy=POLICY, chance=0.5, at_least=at_least)
    assert found == waits * HOUR


def test_looks_after_a_click_are_never_stretched() -> None:
    """Who has just clicked is looked at in 3 minutes, however many people there are."""
    found = next_poll_in(START, clicked_at=START, policy=POLICY, chance=0.5, at_least=1000 * HOUR)
    assert found == 3 * MINUTE


@given(st.lists(st.sampled_from(sorted(COUNTED | NOT_COUNTED))))
def test_order_and_number_do_not_matter(methods: list[str]) -> None:
    """Registered is who has at least one that counts."""
    assert classify(methods).registered == any(method in COUNTED for method in methods)


@pytest.mark.parametrize(("passed", "wait"), [(0, 3), (3, 7), (5, 5), (10, 20), (30, 30), (59, 1)])
def test_looks_at_3_10_30_and_60_minutes_after_a_click(passed: int, wait: int) -> None:
    """After a click the next look is at the next of these minutes."""
    now = START + passed * MINUTE
    found = next_poll_in(now, clicked_at=START, policy=POLICY, chance=0.5)
    assert found == wait * MINUTE


@pytest.mark.parametrize("clicked_at", [None, START - HOUR, START - 30 * HOUR])
@pytest.mark.parametrize(("chance", "share"), [(0, 0.8), (0.5, 1), (1, 1.2)])
def test_then_every_12_hours_more_or_less(clicked_at: None, chance: float, share: float) -> None:
    """Without a click, or an hour after it, it is 12 hours, spread by 20 %."""
    found = next_poll_in(START, clicked_at=clicked_at, policy=POLICY, chance=chance)
    assert abs(found - share * timedelta(hours=12)) < timedelta(seconds=1)


@given(
    st.floats(0, 1),
    st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(START.__add__),
)
def test_never_looks_without_a_pause(chance: float, clicked_at: None) -> None:
    """Whenever the click was, also by a clock that is fast, the wait is longer than nothing."""
    wait = next_poll_in(START, clicked_at=clicked_at, policy=POLICY, chance=chance)
    assert wait > timedelta(0)


@pytest.mark.parametrize(
    ("read", "clicked", "is_due"),
    [
        (None, None, True),
        (timedelta(seconds=59), None, False),
        (MINUTE, None, True),
        (None, 3 * MINUTE - timedelta(seconds=1), False),
        (None, 3 * MINUTE, True),
        (HOUR, HOUR, True),
    ],
)
def test_a_poll_that_begins_looks_unless_it_would_see_the_same(
    read: timedelta | None, clicked: timedelta | None, *, is_due: bool
) -> None:
    """Not within a minute of a look, nor before the first look that a click brings."""
    ago = [None if one is None else START - one for one in (read, clicked)]
    assert first_look_is_due(START, read_at=ago[0], clicked_at=ago[1], policy=POLICY) is is_due
