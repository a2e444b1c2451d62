"""The dates that mails name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from activities.mail.composer import MailSettings
from domain.demo_calendar import DemoCalendar

AT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)


def test_mails_of_the_demo_count_its_days() -> None:
    """A day of two seconds is a day for the deadline, too; elsewhere the zone's date counts."""
    calendar = DemoCalendar(AT - timedelta(seconds=21), timedelta(seconds=2))
    real = MailSettings(public_base_url="", setup_url="", time_zone="Europe/Zurich")
    assert real.date_at(AT) == date(2026, 11, 28)
    assert replace(real, demo_calendar=calendar).date_at(AT) == date(2026, 12, 8)
