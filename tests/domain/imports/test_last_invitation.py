"""When the last invitation of an import leaves: worked out in strides, the same as one by one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.imports.pace import Pace
from domain.mail.send_window import WEEKDAYS, SendWindow

CLOSE = timedelta(milliseconds=20)
WINDOWS = st.builds(
    SendWindow,
    opens=st.sampled_from([time(0), time(8), time(9, 30)]),
    closes=st.sampled_from([time(0), time(10), time(18)]),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
    time_zone=st.sampled_from(["UTC", "Europe/Zurich", "America/New_York"]),
)
PACES = st.builds(
    Pace,
    wave_size=st.sampled_from([None, 3, 50]),
    wave_interval=st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(hours=50)]),
    per_minute=st.sampled_from([0.5, 7.0, 25.0, 1000.0]),
    per_hour=st.just(100_000),
    per_day=st.sampled_from([10, 333, 9_000]),
    senders=st.sampled_from([1, 3]),
    window=WINDOWS,
)


def one_by_one(pace: Pace, count: int, start: datetime) -> datetime:
    """Let one mail leave after the other, each in its slot and in the window."""
    spacing = timedelta(minutes=1) / (pace.per_minute * pace.senders)
    at = pace.window.next_open(start)
    for index in range(1, count):
        at = pace.window.next_open(max(at + spacing, pace.slot(index, start) or start))
    return at


# Its third wave begins an hour before the window closes, and has one person more than fit.
LATE_WAVE = Pace(
    wave_size=50,
    per_minute=0.5,
    per_hour=100_000,
    per_day=333,
    window=SendWindow(opens=time(0), closes=time(10), days=WEEKDAYS[:1], time_zone="UTC"),
)


@settings(deadline=None, max_examples=60)
@example(pace=LATE_WAVE, count=131, start=datetime(2026, 3, 21, 9))  # noqa: DTZ001 - below
@given(
    pace=PACES,
    count=st.integers(1, 300),
    # Over the change to summer time, too.
    start=st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 5)),  # noqa: DTZ001 - below
)
def test_strides_lead_where_steps_do(pace: Pace, count: int, start: datetime) -> None:
    """The estimate is that of every single mail, or later where a day's budget is too small."""
    start = start.replace(tzinfo=UTC)
    estimate = pace.last_invitation_at(count, start)
    assert estimate is not None
    later = estimate - one_by_one(pace, count, start)
    assert later > -CLOSE
    assert later < CLOSE or pace.invitations_per_day < count
    day = estimate.astimezone(ZoneInfo(pace.window.time_zone)).date()
    assert day == max(pace.invitations_by_day(count, start))


def test_nobody_is_invited_never() -> None:
    """Without people there is no last invitation."""
    assert Pace().last_invitation_at(0, datetime(2026, 3, 20, tzinfo=UTC)) is None
