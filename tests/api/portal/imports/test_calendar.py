"""The plot of an import's invitations."""

from datetime import UTC, date, datetime, timedelta

from api.portal.imports.calendar import MOST_DAYS, calendar_plot, invitations_by_day
from api.portal.times import day_names
from domain.demo_calendar import DemoCalendar
from domain.imports.pace import Pace

FIRST = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_a_short_import_is_drawn_by_days_and_a_long_one_by_weeks() -> None:
    """Sixty days are columns of their own; beyond them a column is a week, the last one shorter."""
    names = day_names("UTC", None, NOW)
    leaving = {FIRST: 450, FIRST + timedelta(days=1): 0, FIRST + timedelta(days=2): 7}
    short = calendar_plot(leaving, names)
    assert short.labels == ("26 Nov", "27 Nov", "28 Nov")
    assert short.series[0].values == (450.0, 0.0, 7.0)
    assert "28 November 2026" in short.description
    days = {FIRST + timedelta(days=number): 1 for number in range(MOST_DAYS + 1)}
    long = calendar_plot(days, names)
    assert long.labels[:2] == ("26 Nov", "3 Dec")
    assert long.series[0].values == (*(7.0,) * 8, 5.0)
    assert calendar_plot(dict(list(days.items())[:MOST_DAYS]), names).label_name == "Day"


def test_a_demos_import_is_drawn_by_its_days() -> None:
    """A day of two seconds has room for a minute's mails by its length; what is left goes on."""
    demo = DemoCalendar(NOW - timedelta(seconds=7), timedelta(seconds=2))
    names = day_names("UTC", demo, NOW)
    pace = Pace(senders=2, per_minute=60, per_hour=100_000, per_day=100_000)
    by_day = invitations_by_day(pace, 10, names)
    plot = calendar_plot(by_day, names)
    assert plot.labels == ("Day 3", "Day 4", "Day 5")
    assert plot.series[0].values == (4.0, 4.0, 2.0)
    assert "on day 5, at the earliest" in plot.description
    assert invitations_by_day(pace, 0, names) == {}
    assert invitations_by_day(pace, 0, day_names("UTC", None, NOW)) == {}
