"""How many register after which mail, and how soon."""

from dataclasses import replace
from typing import Any

import pytest

from domain.forecast.rates import Rates, RatesSource, acted
from domain.forecast.rates_text import RatesTextError, read_rates
from domain.status import MailKind


def test_what_is_assumed_is_what_the_documents_say() -> None:
    """docs/forecast.md lists these numbers, and that nobody has measured them."""
    rates = Rates()
    assert rates.shares == (0.40, 0.30, 0.25, 0.15, 0.30)
    assert rates.delays == (0.45, 0.20, 0.12, 0.08, 0.06, 0.05, 0.04)
    assert (rates.clicks_only, rates.band, rates.source) == (0.08, 0.25, RatesSource.ASSUMED)
    assert sum(rates.delays) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "number", "share"),
    [
        (MailKind.INVITATION, 1, 0.40),
        (MailKind.REMINDER, 1, 0.30),
        (MailKind.FOLLOW_UP, 2, 0.25),
        (MailKind.REMINDER, 3, 0.15),
        (MailKind.REMINDER, 8, 0.15),
        (MailKind.ESCALATION, 2, 0.30),
    ],
)
def test_each_mail_has_its_share(kind: MailKind, number: int, share: float) -> None:
    """A follow-up works as a reminder does; the last share holds for all further ones."""
    assert Rates().after(kind, number) == share
    assert Rates().after(MailKind.REMINDER) == 0.30
    assert replace(Rates(), band=0).low == replace(Rates(), band=0)


def test_the_band_scales_all_that_register() -> None:
    """The ends of the band lie below and above, never above everybody."""
    rates = Rates(invitation=0.9, reminders=(0.4, 0.9), escalation=0.95, band=0.2)
    assert rates.low.shares == pytest.approx((0.72, 0.32, 0.72, 0.76))
    assert rates.high.shares == pytest.approx((1, 0.48, 1, 1))
    assert rates.high.clicks_only == rates.clicks_only


@pytest.mark.parametrize(
    ("days", "share"), [(-1, 0), (0, 0), (0.5, 0.3), (1, 0.6), (1.25, 0.7), (2, 1), (30, 1)]
)
def test_people_act_evenly_within_a_day(days: float, share: float) -> None:
    """Delays of 3 and 2 are six and four tenths, whatever their sum."""
    assert acted(Rates(delays=(3, 2)).curve, days) == pytest.approx(share)


@pytest.mark.parametrize(
    "wrong",
    [
        {"invitation": 1.1},
        {"escalation": -0.1},
        {"reminders": (0.2, 2.0)},
        {"reminders": ()},
        {"clicks_only": 1.0},
        {"band": 1.0},
        {"delays": ()},
        {"delays": (0.0,)},
        {"delays": (1.0, -0.5)},
    ],
)
def test_impossible_rates_are_refused(wrong: dict[str, Any]) -> None:
    """No share is above all or below nobody, and somebody acts sometime."""
    with pytest.raises(ValueError, match=r"share|rates|people"):
        replace(Rates(), **wrong)


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("", {}),
        ("invitation=55", {"invitation": 0.55}),
        ("reminder-1=30%, reminder-3=9", {"reminders": (0.3, 0.25, 0.09)}),
        ("reminder-20=2", {"reminders": (0.3, 0.25, *[0.15] * 17, 0.02)}),
        ("reminder-5=2", {"reminders": (0.3, 0.25, 0.15, 0.15, 0.02)}),
        (
            "escalation=100,clicks-only=0,band=5",
            {"escalation": 1.0, "clicks_only": 0, "band": 0.05},
        ),
        ("days=60/40", {"delays": (0.6, 0.4)}),
    ],
)
def test_rates_are_read_in_per_cent(text: str, rates: dict[str, Any]) -> None:
    """What isn't named is assumed; given rates have a narrower band."""
    given: dict[str, Any] = {"source": RatesSource.GIVEN, "band": 0.15, **rates}
    assert read_rates(text) == replace(Rates(), **given)


@pytest.mark.parametrize(
    "text",
    [
        "invitation",
        "invitation=many",
        "invitation=101",
        "invitation=-1",
        "invitation=nan",
        "reminder-0=3",
        "reminder-21=3",
        "reminder-x=3",
        "follow-up=3",
        "clicks-only=100",
        "days=0/0",
        "days=1//2",
    ],
)
def test_a_slip_is_refused(text: str) -> None:
    """A wrong name or number gives no rates."""
    with pytest.raises(RatesTextError):
        read_rates(text)


@pytest.mark.wording
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "follow-up=3",
            "follow-up is no rate: use invitation, reminder-1, escalation, clicks-only or days.",
        ),
        ("days=0/0", "days=0/0 can't be rates: see docs/forecast.md."),
        ("reminder-21=3", "reminders are numbered from 1 to 20."),
        ("band=x", "band=x is no number from 0 to 100."),
    ],
)
def test_a_slip_is_told(text: str, message: str) -> None:
    """What is wrong, and what is right."""
    with pytest.raises(RatesTextError) as refused:
        read_rates(text)
    assert str(refused.value) == message
