"""How fast and when mails leave, and how many reminders there are."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from domain.enrolment.policy import DAY
from domain.imports.pace import Pace
from domain.mail.send_hours import with_send_hours
from domain.mail.send_window import WEEKDAYS, SendWindow
from settings.base import Contradictions, RolloutSettings, contradiction
from settings.demo_days import DemoDaySettings
from settings.values.addresses import Mailboxes
from settings.values.calendar import Dates, Deadline, Hours, TimeZone, Weekdays
from settings.values.scalars import Decimal, Duration, Whole, whole
from settings.values.validators import written


class SendingSettings(RolloutSettings):
    """How fast mails may leave: an import plans by it, a worker keeps to it."""

    mail_per_minute: Decimal = Field(
        default=25,
        description="Mails a minute from each sender mailbox; Exchange Online allows 30.",
    )
    mail_per_hour: Whole = Field(
        default=350,
        description=(
            "Mails an hour from each sender mailbox; Microsoft's strict outbound policy allows 400 "
            "to other organisations."
        ),
    )
    mail_per_day: Whole = Field(
        default=750,
        description=(
            "Mails in 24 hours from each sender mailbox; Microsoft's strict outbound policy allows "
            "800. Invitations and the reminders of the same weekday use 60 % of it."
        ),
    )


class TimeZoneSettings(RolloutSettings):
    """Where the organisation's days begin and end."""

    time_zone: TimeZone = Field(
        default="UTC",
        description="IANA name of the time zone of the send window and of the deadline: "
        "Europe/Zurich.",
    )


class DeadlineSettings(TimeZoneSettings, DemoDaySettings):
    """The day by which everybody is to be enrolled."""

    enrolment_deadline: Deadline | None = Field(
        default=None,
        description="Day by which everybody is to be enrolled; pages and mails name it.",
        examples=["2027-03-31"],
    )


class ReminderSettings(RolloutSettings):
    """How many reminders there are, and after how many the manager is told."""

    max_reminders: Annotated[int, written(whole(0, 1_000))] = Field(
        default=8,
        description="Most reminders and follow-ups together, until an admin resends; 0: no bound.",
    )
    escalate_after: Annotated[int, written(whole(1, 1_000))] = Field(
        default=2, description="Reminders and follow-ups after which the manager is told."
    )


class PaceSettings(SendingSettings, TimeZoneSettings):
    """When an import may invite people."""

    sender_mailboxes: Mailboxes = Field(
        default=(),
        description="Mailboxes that send the mails; each person keeps one of them.",
        examples=["mfa@contoso.com,mfa-2@contoso.com"],
    )
    send_window: Hours = Field(
        default="00:00-24:00",
        description="Hours in which mails leave: 08:00-18:00. A new link leaves at any time.",
    )
    send_days: Weekdays = Field(
        default=tuple(day.casefold() for day in WEEKDAYS),
        description="Weekdays on which mails leave: mon,tue,wed,thu,fri.",
    )
    no_send_dates: Dates = Field(
        default=(),
        description="Days on which no mail leaves.",
        examples=["2026-12-25,2027-01-01"],
    )
    wave_size: Whole | None = Field(
        default=None,
        description="People who are invited together; without it, all are.",
        examples=["500"],
    )
    wave_interval: Duration = Field(default=DAY, description="Time from one wave to the next.")

    @contradiction
    def _opens(self) -> Contradictions:
        try:
            self.window.next_open(datetime.now(UTC))
        except ValueError:
            yield (
                "SEND_DAYS and NO_SEND_DATES leave no day in the next year on which a mail could "
                "leave: allow one."
            )

    @property
    def window(self) -> SendWindow:
        """When mails may leave."""
        window = SendWindow(closed_dates=self.no_send_dates, time_zone=self.time_zone)
        return with_send_hours(window, self.send_window, self.send_days)

    @property
    def pace(self) -> Pace:
        """How fast an import invites."""
        return Pace(
            wave_size=self.wave_size,
            wave_interval=self.wave_interval,
            per_minute=self.mail_per_minute,
            per_day=self.mail_per_day,
            per_hour=self.mail_per_hour,
            senders=max(1, len(self.sender_mailboxes)),
            window=self.window,
        )
