"""The settings that steer the rollout, in words."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.enrolment.policy import DAY, HOUR, MINUTE, Policy
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow
from domain.portal.settings_in_force import (
    CONCERNS_TEXTS,
    Concerns,
    SettingInForce,
    duration_text,
    limit_lines,
    pace_lines,
    policy_lines,
    window_lines,
    worker_lines,
)
from domain.tables.rollout import WorkerSettingsInForce


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (7 * DAY, "7 days"),
        (DAY + HOUR, "1 day 1 hour"),
        (2 * HOUR + MINUTE, "2 hours 1 minute"),
        (30 * MINUTE + timedelta(seconds=1), "30 minutes 1 second"),
        (timedelta(seconds=2.5), "2.5 seconds"),
        (timedelta(0), "0 seconds"),
        (1200 * DAY, "1,200 days"),
    ],
)
def test_durations_in_words(duration: timedelta, text: str) -> None:
    """Days, hours, minutes and seconds, each where there are some."""
    assert duration_text(duration) == text


def told(lines: list[SettingInForce]) -> dict[str, tuple[str, Concerns]]:
    """Return value and reach by the variable's name."""
    assert all(line.does for line in lines)
    return {line.name: (line.value, line.concerns) for line in lines}


def test_the_pace_in_words() -> None:
    """Waves and mailboxes are planned by an import; limits hold for every mail."""
    pace = Pace(wave_size=1500, wave_interval=2 * DAY, per_minute=2.5, per_hour=1350, per_day=9000)
    planned, everybody = Concerns.NEXT_IMPORTS, Concerns.EVERYBODY
    assert told(pace_lines(pace)) == {
        "WAVE_SIZE": ("1,500 people", planned),
        "WAVE_INTERVAL": ("2 days", planned),
        "SENDER_MAILBOXES": ("1", planned),
        "MAIL_PER_MINUTE": ("2.5", everybody),
        "MAIL_PER_HOUR": ("1,350", everybody),
        "MAIL_PER_DAY": ("9,000", everybody),
    }
    assert limit_lines(1800, 1, 1)[0].value == "1,800"
    assert [line.does for line in limit_lines(1, 1, 1)] == [
        "Mails a minute from each mailbox",
        "Mails an hour from each mailbox",
        "Mails in 24 hours from each mailbox",
    ]
    assert pace_lines(Pace())[0].value == "everybody at once"
    assert limit_lines(2.5, 1350, 9000) == pace_lines(pace)[3:]


def test_the_window_in_words() -> None:
    """Midnight as the end of a day is 24:00; days without mail are named."""
    window = SendWindow(
        opens=time(8),
        closes=time(18, 30),
        days=("Mon", "Tue"),
        closed_dates=(date(2026, 12, 25), date(2027, 1, 1)),
        time_zone="Europe/Zurich",
    )
    new, without_own = Concerns.NEW_PEOPLE, Concerns.IMPORTS_WITHOUT_OWN
    assert told(window_lines(window)) == {
        "SEND_WINDOW": ("08:00 to 18:30", without_own),
        "SEND_DAYS": ("Mon, Tue", without_own),
        "NO_SEND_DATES": ("2026-12-25, 2027-01-01", new),
        "TIME_ZONE": ("Europe/Zurich", new),
    }
    always = told(window_lines(SendWindow()))
    assert (always["SEND_WINDOW"][0], always["NO_SEND_DATES"][0]) == ("00:00 to 24:00", "none")


def test_the_policy_in_words() -> None:
    """A person keeps what they were imported with, so a change concerns new people."""
    policy = Policy(follow_up=False)
    values = told(policy_lines(policy))
    assert {name: value for name, (value, _) in values.items()} == {
        "REMINDER_INTERVAL": "7 days",
        "MAX_REMINDERS": "8",
        "FOLLOW_UP": "off",
        "ESCALATE_AFTER": "2",
        "ESCALATION_GRACE": "1 day",
        "ADD_REGISTERED_USERS": "on",
        "END_DISABLED_AFTER": "90 days",
    }
    assert told(policy_lines(policy.sped_up(timedelta(seconds=0.7)))) == values
    assert {reach for _, reach in values.values()} == {Concerns.NEW_PEOPLE}
    assert told(policy_lines(replace(policy, max_reminders=None)))["MAX_REMINDERS"][0] == "no limit"


def test_each_reach_has_a_sentence() -> None:
    """What a change would do to people who wait is said for each kind of setting."""
    assert set(CONCERNS_TEXTS) == set(Concerns)
    assert all(text.endswith(".") for text in CONCERNS_TEXTS.values())


def test_the_workers_other_settings_in_words() -> None:
    """People who are excluded are counted, and what is off or missing says so."""
    few = WorkerSettingsInForce(
        guests="reject",
        counted_methods=("fido2", "phone"),
        recheck_active=None,
        registration_sweep="auto",
        attention_after_click=14 * DAY,
        retain_ended=None,
    )
    every = replace(
        few,
        deadline=date(2027, 3, 1),
        has_excluded_group=True,
        excluded_users=1200,
        recheck_active=7 * DAY,
        attention_after_click=3 * DAY,
        retain_ended=400 * DAY,
        escalation_fallback="team@contoso.com",
        mail_redirect_to="rehearsal@contoso.com",
    )
    values = [
        {name: one[0] for name, one in told(worker_lines(each)).items()} for each in (few, every)
    ]
    assert values == [
        {
            "ENROLMENT_DEADLINE": "none",
            "EXCLUDED_GROUP_ID": "off",
            "EXCLUDED_USERS": "0",
            "GUESTS": "reject",
            "COUNTED_METHODS": "fido2, phone",
            "RECHECK_ACTIVE": "never",
            "REGISTRATION_SWEEP": "auto",
            "ATTENTION_AFTER_CLICK": "14 days",
            "RETAIN_ENDED": "no limit",
            "ESCALATION_FALLBACK": "none",
            "MAIL_REDIRECT_TO": "none",
        },
        {
            "ENROLMENT_DEADLINE": "1 March 2027",
            "EXCLUDED_GROUP_ID": "on",
            "EXCLUDED_USERS": "1,200",
            "GUESTS": "reject",
            "COUNTED_METHODS": "fido2, phone",
            "RECHECK_ACTIVE": "7 days",
            "REGISTRATION_SWEEP": "auto",
            "ATTENTION_AFTER_CLICK": "3 days",
            "RETAIN_ENDED": "400 days",
            "ESCALATION_FALLBACK": "team@contoso.com",
            "MAIL_REDIRECT_TO": "rehearsal@contoso.com",
        },
    ]
    assert {line.concerns for line in worker_lines(every)} == {Concerns.ALL_OF_WORKER}
