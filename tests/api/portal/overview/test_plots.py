"""What the plots of the overview show."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.portal.overview.plots import (
    by_group,
    days_to_register,
    median_text,
    what_worked,
)
from api.portal.overview.series import Expected, registered_over_time
from api.portal.times import day_names
from database.figures.mail_day import MailDay
from database.figures.overview import PLOTTED, Overview
from domain.demo_calendar import DemoCalendar
from domain.mail.shown.names import mail_name
from domain.status import InviteStatus
from domain.tables.people import PeopleCount
from domain.tables.story import StoryKind

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("Europe/Berlin"))
NONE = [0] * 10
NAMES = day_names("Europe/Berlin", None, NOW)


def overview(**changes: object) -> Overview:
    """Return the figures of ten days in which ten were invited and three registered."""
    days = {kind: list(NONE) for kind in PLOTTED}
    days[StoryKind.INVITED] = [0, 0, 4, 0, 0, 2, 0, 0, 0, 1]
    days[StoryKind.REGISTERED] = [0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
    counts = {InviteStatus.PENDING: 5, InviteStatus.SENT: 7, InviteStatus.ACTIVE: 3}
    usual: dict[str, object] = {
        "at": NOW,
        "first": TODAY - timedelta(days=9),
        "people": PeopleCount(by_status=counts),
        "by_batch": {},
        "by_department": {},
        "registered_after": {},
        "days_to_register": {},
        "attention": {},
        "series": days,
        "mail": MailDay(mailboxes=()),
    }
    return Overview(**{**usual, **changes})  # type: ignore[arg-type]


def test_totals_end_with_what_the_tables_say() -> None:
    """Days before the first event are left out; totals are counted back from today's."""
    plot = registered_over_time(overview(), NAMES, deadline=None)
    assert plot.labels[0] == "19 Nov"
    assert plot.labels[-1] == "26 Nov"
    registered, invited = plot.series
    assert registered.values == (1, 1, 1, 1, 2, 2, 2, 3)
    assert invited.values == (7, 7, 7, 9, 9, 9, 9, 10)
    assert plot.rule is None
    assert plot.description == "3 of 15 people registered until today."


def test_a_demo_has_days_of_its_own() -> None:
    """They are numbered; the deadline is as many of them after day 0 as it is in dates."""
    demo = DemoCalendar(zero=NOW - timedelta(seconds=25), day=timedelta(seconds=10))
    # It was made on day 1.
    made_at = NOW - timedelta(seconds=11)
    expected = Expected(first=TODAY, counted_at=made_at, low=(1, 3, 4, 5), high=(1, 3, 5, 7))
    plot = registered_over_time(
        overview(calendar=demo),
        day_names("Europe/Berlin", demo, NOW),
        deadline=TODAY + timedelta(days=4),
        expected=expected,
    )
    assert plot.labels == ("Day -5", "Day -4", "Day -3", "Day -2", "Day -1", *_numbered(5))
    assert plot.series[0].values == (1, 1, 1, 1, 2, 2, 2, 3, None, None)
    assert plot.rule is not None
    assert (plot.rule.name, plot.rule.at) == ("Deadline Day 4", 9)
    assert plot.band is not None
    assert plot.band.low[-4:] == (1, 3, 4, 5)
    assert plot.description.endswith("The deadline is in 2 days.")


def _numbered(days: int) -> list[str]:
    return [f"Day {number}" for number in range(days)]


def test_the_plot_reaches_the_deadline_with_the_forecast_behind_it() -> None:
    """The days to come have no totals, the band has its ends, and the rule stands at the day."""
    deadline = TODAY + timedelta(days=2)
    expected = Expected(first=TODAY, counted_at=NOW, low=(3, 3.4, 3.6, 9), high=(3, 5, 6, 9))
    plot = registered_over_time(overview(), NAMES, deadline=deadline, expected=expected)
    assert plot.labels[-1] == "28 Nov"
    assert plot.series[0].values[-3:] == (3, None, None)
    assert plot.band is not None
    assert plot.band.low[-4:] == (None, 3, 3, 4)
    assert plot.band.high[-4:] == (None, 3, 5, 6)
    assert plot.rule is not None
    assert (plot.rule.at, plot.rule.name) == (9, "Deadline 28 Nov")
    assert plot.description.endswith("The deadline is in 2 days.")


@pytest.mark.parametrize(
    ("days", "has_rule", "said", "number"),
    [
        (-3, True, "The deadline has passed.", 8),
        (-30, False, "The deadline has passed.", 8),
        (1, True, "The deadline is in 1 day.", 9),
        (120, True, "The deadline is in 120 days.", 128),
        (121, False, "The deadline is in 121 days.", 128),
    ],
)
def test_a_deadline_is_shown_where_the_plot_has_its_day(
    days: int, has_rule: bool, said: str, number: int
) -> None:
    """One that passed long ago, or is far away, is only told."""
    deadline = TODAY + timedelta(days=days)
    plot = registered_over_time(overview(), NAMES, deadline=deadline)
    assert (plot.rule is not None) is has_rule
    assert plot.description.endswith(said)
    assert len(plot.labels) == number


def test_without_any_event_the_last_week_is_shown() -> None:
    """A rollout that has just begun has a plot, too."""
    nothing = overview(series=dict.fromkeys(PLOTTED, NONE))
    plot = registered_over_time(nothing, NAMES, deadline=None)
    assert len(plot.labels) == 7


def test_the_largest_groups_are_shown() -> None:
    """Twelve bars, the largest first, equal ones by name; people of no department are named."""
    counts: dict[str | None, PeopleCount] = {
        f"Department {number:02}": PeopleCount(by_status={InviteStatus.SENT: 2})
        for number in range(13)
    }
    counts[None] = PeopleCount(by_status={InviteStatus.SENT: 1, InviteStatus.ACTIVE: 4})
    plot = by_group(counts.items(), title="t", name="Department")
    assert plot.labels[:3] == ("No department", "Department 00", "Department 01")
    assert len(plot.labels) == 12
    assert (plot.series[0].values[0], plot.series[1].values[0]) == (4, 1)
    assert plot.description == "The 12 largest."


@pytest.mark.parametrize(
    ("took", "said"),
    [
        ({}, "Nobody has registered after a mail yet."),
        ({0: 5, 9: 5}, "Half of the registered people needed at most 1 day."),
        (
            {0: 4, 2: 1, 9: 5},
            "Half of the registered people needed at most 3 days.",
        ),
    ],
)
def test_half_of_them_took_so_long(took: dict[int, int], said: str) -> None:
    """The median is told in words."""
    assert median_text(took) == said


def test_long_times_are_counted_together() -> None:
    """From three weeks on days have one column; where nobody registered there is no plot."""
    plot = days_to_register(overview(days_to_register={0: 1, 21: 2, 90: 3}))
    assert (plot.labels[-1], plot.series[0].values[-1]) == ("21 and more", 5)
    assert days_to_register(overview(days_to_register={2: 1})).labels == ("0", "1", "2")
    assert days_to_register(overview()).is_empty


def test_mails_are_in_the_order_in_which_they_leave() -> None:
    """Invitation, reminders, follow-ups, escalation, each by its name."""
    after = {"escalation": 1, "follow-up-1": 2, "reminder-10": 3, "reminder-2": 4, "invitation": 5}
    plot = what_worked(overview(registered_after=after))
    names = ("invitation", "reminder-2", "reminder-10", "follow-up-1", "escalation")
    assert plot.labels == tuple(map(mail_name, names))
    assert plot.series[0].values == (5, 4, 3, 2, 1)
