"""The settings that steer the rollout, in words, and whom a change of one concerns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from domain.enrolment.policy import DAY, HOUR, MINUTE, Policy
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow
from domain.tables.rollout import WorkerSettingsInForce
from domain.wording.counted import counted


class Concerns(StrEnum):
    """Whom a change of a setting concerns."""

    NEXT_IMPORTS = "next-imports"
    NEW_PEOPLE = "new-people"
    IMPORTS_WITHOUT_OWN = "imports-without-own"
    EVERYBODY = "everybody"
    ALL_OF_WORKER = "all-of-worker"


CONCERNS_TEXTS: Mapping[Concerns, str] = {
    Concerns.NEXT_IMPORTS: (
        "Only imports that are started later and choose nothing else. People who wait for their "
        "invitation keep their date."
    ),
    Concerns.NEW_PEOPLE: (
        "Only people who are imported later. Everybody else keeps what they were imported with."
    ),
    Concerns.IMPORTS_WITHOUT_OWN: (
        "Only people who are imported later, where the import chooses nothing else. Everybody else "
        "keeps what they were imported with."
    ),
    Concerns.EVERYBODY: (
        "Everybody whose mail has not left yet, once the worker is restarted. Their dates stay; "
        "how fast the mails leave changes."
    ),
    Concerns.ALL_OF_WORKER: "Everybody, once the worker is restarted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """A setting: the variable's name, what it does, its value in words, and whom it concerns."""

    name: str
    does: str
    value: str
    concerns: Concerns


def pace_lines(pace: Pace) -> list[SettingInForce]:
    """Return the settings that say how fast people are invited."""
    wave = "everybody at once" if pace.wave_size is None else counted(pace.wave_size, "person")
    rows = (
        ("WAVE_SIZE", "How many people are invited together", wave, Concerns.NEXT_IMPORTS),
        (
            "WAVE_INTERVAL",
            "Time from one wave to the next",
            duration_text(pace.wave_interval),
            Concerns.NEXT_IMPORTS,
        ),
        (
            "SENDER_MAILBOXES",
            "How many mailboxes send",
            f"{pace.senders:,}",
            Concerns.NEXT_IMPORTS,
        ),
        *_limits(pace.per_minute, pace.per_hour, pace.per_day),
    )
    return [_line(*row) for row in rows]


def limit_lines(per_minute: float, per_hour: int, per_day: int) -> list[SettingInForce]:
    """Return the limits of each mailbox."""
    return [_line(*row) for row in _limits(per_minute, per_hour, per_day)]


def window_lines(window: SendWindow) -> list[SettingInForce]:
    """Return the settings that say when mails may leave."""
    dates = ", ".join(one.isoformat() for one in window.closed_dates) or "none"
    closes = "24:00" if window.closes == time(0) else f"{window.closes:%H:%M}"
    hours = f"{window.opens:%H:%M} to {closes}"
    without_own, new_people = Concerns.IMPORTS_WITHOUT_OWN, Concerns.NEW_PEOPLE
    rows = (
        ("SEND_WINDOW", "Hours in which mails leave", hours, without_own),
        ("SEND_DAYS", "Weekdays on which mails leave", ", ".join(window.days), without_own),
        ("NO_SEND_DATES", "Days on which no mail leaves", dates, new_people),
        ("TIME_ZONE", "The time zone of these hours and days", window.time_zone, new_people),
    )
    return [_line(*row) for row in rows]


def policy_lines(policy: Policy) -> list[SettingInForce]:
    """Return the settings that a person's enrolment goes by."""
    most = "no limit" if policy.max_reminders is None else f"{policy.max_reminders}"
    rows = (
        (
            "REMINDER_INTERVAL",
            "Time between two reminders, and between two follow-ups",
            duration_text(_in_days(policy.reminder_interval, policy.day)),
        ),
        ("MAX_REMINDERS", "Most reminders and follow-ups together", most),
        (
            "FOLLOW_UP",
            "Follow-up mails to people who clicked and did not register",
            _switch(on=policy.follow_up),
        ),
        (
            "ESCALATE_AFTER",
            "Reminders and follow-ups after which the manager is told",
            f"{policy.escalate_after}",
        ),
        (
            "ESCALATION_GRACE",
            "Time between the last of these mails and the manager's",
            duration_text(_in_days(policy.escalation_grace, policy.day)),
        ),
        (
            "ADD_REGISTERED_USERS",
            "People who registered without a click are added to the group",
            _switch(on=policy.add_registered_users),
        ),
        (
            "END_DISABLED_AFTER",
            "Time after which a disabled account's enrolment ends",
            duration_text(_in_days(policy.end_disabled_after, policy.day)),
        ),
    )
    return [_line(*row, Concerns.NEW_PEOPLE) for row in rows]


def deadline_line(deadline: date | None) -> SettingInForce:
    """Return the day by which everybody is to be enrolled."""
    day = f"{deadline.day} {deadline:%B %Y}" if deadline else "none"
    does = "Day by which everybody is to be enrolled"
    return _line("ENROLMENT_DEADLINE", does, day, Concerns.ALL_OF_WORKER)


def worker_lines(settings: WorkerSettingsInForce) -> list[SettingInForce]:
    """Return the worker's other settings; those who are excluded are counted, not named."""
    rows = (
        (
            "EXCLUDED_GROUP_ID",
            "Members of one group are never mailed or added",
            _switch(on=settings.has_excluded_group),
        ),
        (
            "EXCLUDED_USERS",
            "People by name who are never mailed or added",
            f"{settings.excluded_users:,}",
        ),
        ("GUESTS", "Whether guests are enrolled", settings.guests),
        ("COUNTED_METHODS", "Methods that count as MFA", ", ".join(settings.counted_methods)),
        (
            "RECHECK_ACTIVE",
            "How often people who are Active are looked at again",
            _or(settings.recheck_active, "never"),
        ),
        (
            "REGISTRATION_SWEEP",
            "Registrations are looked for in the tenant's report, too",
            settings.registration_sweep,
        ),
        (
            "ATTENTION_AFTER_CLICK",
            "Time after a click after which a person who has not registered needs attention",
            duration_text(settings.attention_after_click),
        ),
        (
            "RETAIN_ENDED",
            "Time for which people who ended are kept",
            _or(settings.retain_ended, "no limit"),
        ),
        (
            "ESCALATION_FALLBACK",
            "Mailbox that is told where a person has no manager",
            settings.escalation_fallback or "none",
        ),
        (
            "MAIL_REDIRECT_TO",
            "Mailbox that all mails go to, in a rehearsal",
            settings.mail_redirect_to or "none",
        ),
    )
    return [
        deadline_line(settings.deadline),
        *(_line(*row, Concerns.ALL_OF_WORKER) for row in rows),
    ]


def duration_text(duration: timedelta) -> str:
    """Return a duration in words: ``7 days``, ``1 hour 30 minutes``."""
    parts = []
    left = duration
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count, left = divmod(left, unit)
        if count:
            parts.append(counted(count, name))
    if left or not parts:
        seconds = left.total_seconds()
        parts.append(f"{seconds:g} second{'' if seconds == 1 else 's'}")
    return " ".join(parts)


def _limits(
    per_minute: float, per_hour: int, per_day: int
) -> tuple[tuple[str, str, str, Concerns], ...]:
    each = "Mails {} from each mailbox"
    return (
        ("MAIL_PER_MINUTE", each.format("a minute"), f"{per_minute:,g}", Concerns.EVERYBODY),
        ("MAIL_PER_HOUR", each.format("an hour"), f"{per_hour:,}", Concerns.EVERYBODY),
        ("MAIL_PER_DAY", each.format("in 24 hours"), f"{per_day:,}", Concerns.EVERYBODY),
    )


def _line(name: str, does: str, value: str, concerns: Concerns) -> SettingInForce:
    return SettingInForce(name=name, does=does, value=value, concerns=concerns)


def _or(duration: timedelta | None, without: str) -> str:
    return without if duration is None else duration_text(duration)


def _in_days(duration: timedelta, day: timedelta) -> timedelta:
    """Return how long that is where such a day is one of 24 hours."""
    return (
        duration if day == DAY else timedelta(seconds=round(duration / day * DAY.total_seconds()))
    )


def _switch(*, on: bool) -> str:
    return "on" if on else "off"
