"""Hours and weekdays as settings, imports and rows spell them."""

from datetime import date, time

import pytest

from domain.mail.send_hours import send_hours_text, with_send_hours_text
from domain.mail.send_window import SendWindow

SETTINGS = SendWindow(
    opens=time(9), days=("Wed",), closed_dates=(date(2027, 1, 1),), time_zone="Europe/Zurich"
)


@pytest.mark.parametrize(
    ("opens", "closes", "days", "text"),
    [
        (time(0), time(0), ("Mon", "Tue"), "00:00-24:00 mon,tue"),
        (time(8, 30), time(18), ("Sun", "Mon"), "08:30-18:00 mon,sun"),
    ],
)
def test_a_row_says_hours_and_days_of_its_person(
    opens: time, closes: time, days: tuple[str, ...], text: str
) -> None:
    """The text gives the same hours and days again, with the settings' dates and zone."""
    window = SendWindow(opens=opens, closes=closes, days=days)
    assert send_hours_text(window) == text
    read = with_send_hours_text(SETTINGS, text)
    assert (read.opens, read.closes, set(read.days)) == (opens, closes, set(days))
    assert (read.closed_dates, read.time_zone) == (SETTINGS.closed_dates, "Europe/Zurich")


def test_a_row_without_hours_has_those_of_the_settings() -> None:
    """Nothing is known of them otherwise."""
    assert with_send_hours_text(SETTINGS, None) == SETTINGS
