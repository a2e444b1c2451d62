"""Values at the edges of what a list, a directory, a file or a stranger can hold."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
HUGE_TEXT = "x" * 1_000_000

instants: st.SearchStrategy[datetime] = st.one_of(
    st.sampled_from(
        [
            datetime.min.replace(tzinfo=UTC),
            datetime.min.replace(tzinfo=EAST),
            datetime.max.replace(tzinfo=UTC),
            datetime.max.replace(tzinfo=WEST),
            datetime(2015, 1, 1, tzinfo=UTC),
            datetime(1900, 1, 1, tzinfo=UTC),
        ]
    ),
    st.datetimes(timezones=st.sampled_from([UTC, EAST, WEST])),
    st.datetimes(),
)
durations = st.one_of(
    st.sampled_from([timedelta(0), timedelta.max, timedelta.min, timedelta(days=3650)]),
    st.timedeltas(),
)
dates = st.one_of(
    instants.map(datetime.isoformat),
    st.sampled_from(
        [
            "9999-12-31T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "2026-12-31T23:59:60Z",
            "2026-02-30T00:00:00Z",
            "31.12.9999",
            "never",
        ]
    ),
)
texts = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(
        ["", "\0", "\ud800", "a\0b", "\u202e", "\U0001f389" * 300, HUGE_TEXT, "." * 400]
    ),
)
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([-1, 2**31, 2**63, 10**300, 1e308, float("nan"), float("inf")]),
)
anything: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    dates,
    texts,
    st.sampled_from(["Pending", "Sent", "Clicked", "AddedToGroup", "Active", "Registered"]),
    st.lists(st.none(), max_size=1),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=1),
)
