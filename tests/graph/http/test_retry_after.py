"""Every form of ``Retry-After`` has its meaning."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.http.retry_after import LONGEST, retry_after

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
        ("soon", None),
        (None, None),
    ],
)
def test_every_form_is_understood_or_ignored(value: str | None, wait: timedelta | None) -> None:
    """Floats, integers and dates are waits, never negative nor above an hour; the rest is none."""
    assert retry_after(value, now=NOW) == wait
