"""Every form of ``Retry-After`` has its meaning."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.http.retries import LONGEST, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", timedelta(seconds=7)),
        (" 7 ", timedelta(seconds=7)),
        ("2.128", timedelta(seconds=2.128)),
        ("0", timedelta()),
        ("Sun, 01 Mar 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 12:00:30 -0000", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("86400", LONGEST),
        ("1e300", LONGEST),
        ("Mon, 01 Mar 2100 12:00:00 GMT", LONGEST),
        ("-5", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        ("1 Jan 99999999999999999999 00:00:00 GMT", None),
        ("1 Jan 2026 00:00:00 +99999999999999999", None),
        ("soon", None),
        (None, None),
    ],
)
def test_every_form_is_understood_or_ignored(value: str | None, wait: timedelta | None) -> None:
    """Floats, integers and dates are waits, never negative nor above a day; the rest is none."""
    headers = {} if value is None else {"Retry-After": value}
    assert retry_after(headers, now=NOW) == wait


@pytest.mark.parametrize(
    ("sent_at", "wait"),
    [
        ("Sun, 01 Mar 2026 11:58:00 GMT", timedelta(minutes=3)),
        ("Sun, 01 Mar 2026 12:00:59 GMT", timedelta(seconds=1)),
        ("yesterday", timedelta(minutes=1)),
        ("", timedelta(minutes=1)),
        ("1 Jan 99999999999999999999 00:00:00 GMT", timedelta(minutes=1)),
    ],
)
def test_a_date_is_measured_by_the_answers_own_clock(sent_at: str, wait: timedelta) -> None:
    """Our own clock doesn't count where the answer tells its own; seconds need no clock."""
    headers = {"Date": sent_at, "Retry-After": "Sun, 01 Mar 2026 12:01:00 GMT"}
    assert retry_after(headers, now=NOW) == wait
    assert retry_after(headers | {"Retry-After": "7"}, now=NOW) == timedelta(seconds=7)
