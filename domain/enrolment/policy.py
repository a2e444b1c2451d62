"""The numbers that steer an enrolment. They travel in its input, so a run keeps its own."""

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

from domain.mail.send_window import SendWindow

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_LONGER_THAN_NOTHING = (
    "reminder_interval",
    "escalation_retry",
    "poll_interval",
    "disabled_recheck",
    "retry_blocked",
    "window_recheck",
    "day",
    "month",
)
# Beyond it a date may lie where no calendar reaches.
_TEN_YEARS = 3650 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When things happen to a user, with the defaults that journey and seed name.

    Attributes:
        reminder_interval: from the invitation or the last reminder to the next; also from a click
            or the last follow-up to the next follow-up ("every 7 days").
        max_reminders: no reminder or follow-up beyond this many, counted together since the start
            or the last new link from an admin; None for no bound.
        follow_up: whether who clicked and didn't register gets follow-ups.
        escalate_after: reminders and follow-ups, counted over the enrolment's life, after which the
            manager is told ("after 2+ reminder emails").
        escalation_grace: how long the last of them may still work before the manager is told.
        escalation_retry: from a failed look-up of the manager to the next.
        address_retry: from a mail to somebody without an address to the next try, unless the
            address is seen to change before.
        resend_put_off: a reminder due within this time of a resend is put off once, by as much.
        same_resend: a request within this time after a new link has left means that link.
        resend_gap: the least time between two resends from the form, or invitation and resend.
        resends_per_day: resends from the form in 24 hours.
        resends_per_month: resends from the form in a ``month``.
        add_registered_users: whether who registered without clicking joins the group, too.
        poll_interval: between two looks at the registration, stretched by up to ``poll_jitter``.
        poll_jitter: the share by which a poll may come earlier or later.
        polls_after_click: when, after a click, the looks come quicker.
        last_checked_interval: the least time between two writes of ``LastChecked``.
        person_recheck: the least time between two looks at name, address and account, which are
            made beside a look at the registration; so twice in about 12 hours means daily.
        disabled_recheck: between two looks at a disabled account.
        end_disabled_after: a disabled account's enrolment ends after this time.
        gone_after: a user must be missing this long, and at least three times, to count as gone.
        retry_blocked: from a permanent failure to the next attempt.
        window_recheck: from a mail whose turn came outside the window to the next look; more than a
            worker's clock may differ from the server's.
        window: when mails other than a new link may leave; always, by default.
        day: how long a day is: 24 hours, but in a demo.
        month: how long a month is: 30 days, but in a demo.
    """

    reminder_interval: timedelta = 7 * DAY
    max_reminders: int | None = 8
    follow_up: bool = True
    escalate_after: int = 2
    escalation_grace: timedelta = DAY
    escalation_retry: timedelta = 7 * DAY
    address_retry: timedelta = 7 * DAY
    resend_put_off: timedelta = 2 * DAY
    same_resend: timedelta = MINUTE
    resend_gap: timedelta = 15 * MINUTE
    resends_per_day: int = 3
    resends_per_month: int = 10
    add_registered_users: bool = True
    poll_interval: timedelta = 12 * HOUR
    poll_jitter: float = 0.2
    polls_after_click: tuple[timedelta, ...] = (3 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR)
    last_checked_interval: timedelta = 6 * HOUR
    person_recheck: timedelta = 18 * HOUR
    disabled_recheck: timedelta = DAY
    end_disabled_after: timedelta = 90 * DAY
    gone_after: timedelta = DAY
    retry_blocked: timedelta = HOUR
    window_recheck: timedelta = MINUTE
    window: SendWindow = field(default_factory=SendWindow)
    day: timedelta = DAY
    month: timedelta = 30 * DAY

    def __post_init__(self) -> None:
        """Refuse numbers that would make an enrolment spin or never end."""
        for name in _LONGER_THAN_NOTHING:
            if getattr(self, name) <= timedelta(0):
                raise ValueError(f"{name} must be longer than nothing")
        for name, value in self._durations().items():
            if abs(value) > _TEN_YEARS:
                raise ValueError(f"{name} must be at most ten years")
        if self.escalate_after < 1:
            raise ValueError("escalate_after must be at least 1")
        if not 0 <= self.poll_jitter < 1:
            raise ValueError("poll_jitter must be at least 0 and below 1")

    def sped_up(self, day: timedelta) -> "Policy":
        """Return the same policy in a world where a day lasts only ``day``, for the demo."""
        factor = day / self.day
        durations: dict[str, Any] = {k: v * factor for k, v in self._durations().items()}
        # The hours of a send window are those of the clock on the wall, and so are clocks' errors.
        del durations["window_recheck"]
        polls = tuple(offset * factor for offset in self.polls_after_click)
        return replace(self, **durations, polls_after_click=polls)

    def _durations(self) -> dict[str, timedelta]:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, timedelta)}
