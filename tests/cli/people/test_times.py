"""Instants as verbs show them."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.output.tables import cell, clock, column_value, day, exact

AT = datetime(2026, 11, 27, 2, 20, 31, tzinfo=UTC)
DEMO = {
    "MFA_ROLLOUT_ENV_FILE": "/dev/null",
    "SIMULATED_TENANT": "on",
    "DAY_LENGTH": "2s",
    "DAY_ZERO": (AT - timedelta(seconds=25)).isoformat(),
}


def test_a_real_rollout_has_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the demo's calendar, instants have their dates."""
    monkeypatch.setenv("MFA_ROLLOUT_ENV_FILE", "/dev/null")
    monkeypatch.delenv("DAY_ZERO", raising=False)
    assert exact(AT) == "27 Nov 2026 02:20:31"
    assert cell(AT) == "2026-11-27 02:20:31"
    assert clock(AT).startswith(f"{AT.astimezone():%d %b %Y %H:%M} ")
    assert day(AT) == f"{AT.astimezone():%d %b}"
    assert column_value("2026-11-27T02:20:31Z") == "2026-11-27T02:20:31Z"


def test_the_demo_numbers_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the demo's settings, the day stands in place of the date."""
    for name, value in DEMO.items():
        monkeypatch.setenv(name, value)
    assert exact(AT) == cell(AT) == "Day 12, 02:20:31"
    assert clock(AT).startswith(f"Day 12, {AT.astimezone():%H:%M:%S} ")
    assert day(AT) == "Day 12"
    assert column_value("2026-11-27T02:20:31Z") == "Day 12, 02:20:31"
    assert [column_value(other) for other in ("Sales", True, None)] == ["Sales", True, None]
