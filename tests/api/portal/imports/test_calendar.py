"""The plot of an import's invitations."""

from datetime import date, timedelta

from api.portal.imports.calendar import MOST_DAYS, calendar_plot

FIRST = date(2026, 11, 26)


def test_a_short_import_is_drawn_by_days_and_a_long_one_by_weeks() -> None:
    """Sixty days are columns of their own; beyond them a column is a week, the last one shorter."""
    short = calendar_plot({FIRST: 450, FIRST + timedelta(days=1): 0, FIRST + timedelta(days=2): 7})
    assert short.labels == ("26 Nov", "27 Nov", "28 Nov")
    assert short.series[0].values == (450.0, 0.0, 7.0)
    assert "28 Nov 2026" in short.description
    days = {FIRST + timedelta(days=number): 1 for number in range(MOST_DAYS + 1)}
    long = calendar_plot(days)
    assert long.labels[:2] == ("26 Nov", "3 Dec")
    assert long.series[0].values == (*(7.0,) * 8, 5.0)
    assert calendar_plot(dict(list(days.items())[:MOST_DAYS])).label_name == "Day"
