"""Random years of one enrolment: whatever people do, some things never happen."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment.policy import Policy
from domain.mail.send_window import SendWindow
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from tests.domain.enrolment.states import DAY, HOUR, POLICY, START, WEEK
from tests.domain.enrolment.year import OUTAGE, Event, Year

STATUS_MOVES = {
    InviteStatus.PENDING: {InviteStatus.SENT, InviteStatus.CLICKED, InviteStatus.ACTIVE},
    InviteStatus.SENT: {InviteStatus.PENDING, InviteStatus.CLICKED, InviteStatus.ACTIVE},
    InviteStatus.CLICKED: {
        InviteStatus.PENDING,
        InviteStatus.ADDED_TO_GROUP,
        InviteStatus.ACTIVE,
    },
    InviteStatus.ADDED_TO_GROUP: {InviteStatus.PENDING, InviteStatus.ACTIVE},
    InviteStatus.ACTIVE: set(),
}
SLACK = timedelta(seconds=1)

gaps = st.timedeltas(timedelta(0), timedelta(days=20))
years = st.lists(st.tuples(gaps, st.sampled_from(Event)), max_size=30)
policies = st.builds(
    lambda **changes: replace(POLICY, **changes),
    follow_up=st.booleans(),
    max_reminders=st.none() | st.integers(0, 4),
    escalate_after=st.integers(1, 3),
    add_registered_users=st.booleans(),
)
OFFICE = SendWindow(
    opens=time(9),
    closes=time(17),
    days=("Mon", "Tue", "Wed", "Thu", "Fri"),
    closed_dates=(date(2026, 12, 25),),
    time_zone="Europe/Zurich",
)


@given(years, policies)
def test_nobody_is_mailed_who_must_not_be(
    events: list[tuple[timedelta, Event]], policy: Policy
) -> None:
    """No mail is ever decided on for who is registered, paused or known to be disabled."""
    year = Year(policy).live(events)
    assert [mail for mail in year.mails if mail.forbidden] == []


@given(years, policies)
def test_manager_is_told_once_and_not_early(
    events: list[tuple[timedelta, Event]], policy: Policy
) -> None:
    """At most one escalation, and only a day after so many mails without effect."""
    year = Year(policy).live(events)
    escalations = year.sent(MailKind.ESCALATION)
    assert len(escalations) <= 1
    for at in escalations:
        nudges = [n for n in year.sent(MailKind.REMINDER, MailKind.FOLLOW_UP) if n < at]
        assert len(nudges) >= year.policy.escalate_after
        assert at >= nudges[year.policy.escalate_after - 1] + DAY


@given(years, policies)
def test_mails_leave_in_the_window(events: list[tuple[timedelta, Event]], policy: Policy) -> None:
    """All but new links; nothing is asked again at once, and few mails are begun in vain."""
    year = Year(replace(policy, window=OFFICE)).live(events)
    assert [m for m in year.mails if not m.resend and not OFFICE.is_open(m.at)] == []
    assert all(wait > timedelta(0) for wait in year.waits)
    # After a pause or an outage an older answer may lead out of the window, once.
    assert len(year.withheld) <= len(events)
    assert all(asked != again for asked, again in pairwise(year.looked_up))


def test_quiet_year_in_office_hours() -> None:
    """Invited on Monday at ten in Zurich, reminded every week at that hour, eight times."""
    year = Year(replace(POLICY, window=OFFICE)).live([])
    (told,) = year.sent(MailKind.ESCALATION)
    assert told == START + 15 * DAY
    assert len(year.sent(MailKind.REMINDER)) == 8
    assert year.withheld == []
    assert len(year.looked_up) == len(year.mails) + 1


@given(years, policies)
def test_nudges_are_a_week_apart(events: list[tuple[timedelta, Event]], policy: Policy) -> None:
    """Between two reminders or follow-ups, and before the first, there are always seven days."""
    year = Year(policy).live(events)
    nudges = year.sent(MailKind.REMINDER, MailKind.FOLLOW_UP)
    assert all(later - earlier >= WEEK for earlier, later in pairwise(nudges))
    if nudges:
        first_news = min([*year.sent(MailKind.INVITATION), year.state.clicked_at or nudges[0]])
        assert nudges[0] - first_news >= WEEK


@given(years, policies)
def test_status_moves_as_allowed(events: list[tuple[timedelta, Event]], policy: Policy) -> None:
    """Forward by mail, click, group and registration; back only to Pending, by a resend."""
    year = Year(policy).live(events)
    for earlier, later in pairwise(year.statuses):
        assert later in STATUS_MOVES[earlier]
    assert (year.outcome is EnrolmentEnd.ACTIVE) == (year.statuses[-1] is InviteStatus.ACTIVE)


@given(years, policies)
def test_every_wait_has_a_length(events: list[tuple[timedelta, Event]], policy: Policy) -> None:
    """An enrolment never waits for an instant that has passed: it would spin."""
    year = Year(policy).live(events)
    assert all(wait > timedelta(0) for wait in year.waits)


@given(years)
def test_who_registers_ends_as_active(events: list[tuple[timedelta, Event]]) -> None:
    """Whatever was before, a registration ends the enrolment as soon as the group can be joined."""
    year = Year(POLICY).live([*events, (DAY, Event.INCLUDE), (OUTAGE, Event.REGISTER)])
    assert year.outcome is EnrolmentEnd.ACTIVE or year.state.registered
    if year.now < START + 300 * DAY:
        assert year.outcome is EnrolmentEnd.ACTIVE


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=6)), min_size=1, max_size=60))
def test_asking_for_links_postpones_the_manager_by_48_hours_at_most(
    gaps: list[timedelta],
) -> None:
    """However often somebody asks, the manager is told by day 17."""
    year = Year(POLICY).live([(gap, Event.ASK) for gap in gaps])
    (at,) = year.sent(MailKind.ESCALATION)
    assert START + 15 * DAY <= at <= START + 17 * DAY + SLACK


def test_every_six_days() -> None:
    """The trick itself: a link every six days, all year, and the manager is told on day 17."""
    year = Year(POLICY).live([(6 * DAY, Event.ASK)] * 60)
    assert year.sent(MailKind.ESCALATION) == [START + 17 * DAY]
    assert len(year.sent(MailKind.INVITATION)) == 61
    assert len(year.sent(MailKind.REMINDER)) == 8


@pytest.mark.parametrize(("bound", "reminders"), [(8, 8), (None, 52)])
def test_quiet_year(bound: int | None, reminders: int) -> None:
    """Nobody does anything: as many reminders as are allowed on their days, and one escalation."""
    year = Year(replace(POLICY, max_reminders=bound)).live([])
    assert year.sent(MailKind.INVITATION) == [START]
    assert year.sent(MailKind.REMINDER) == [START + n * WEEK for n in range(1, reminders + 1)]
    assert year.sent(MailKind.ESCALATION) == [START + 15 * DAY]


def test_pause_catches_nothing_up() -> None:
    """Ten weeks of pause cost ten reminders: one leaves on resume, then one every week."""
    year = Year(POLICY).live([(HOUR, Event.PAUSE), (10 * WEEK, Event.RESUME)])
    resumed = START + HOUR + 10 * WEEK
    assert year.sent(MailKind.REMINDER)[:3] == [resumed + n * WEEK for n in range(3)]
