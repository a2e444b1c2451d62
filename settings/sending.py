"""How fast mails leave, and the numbers that steer new enrolments."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfoNotFoundError

from pydantic import (
    Field,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode

from domain.enrolment.policy import DAY, Policy
from domain.enrolment.send_window import WEEKDAYS, SendWindow
from domain.imports.pace import Pace
from settings.base import NOTHING, EnvironmentSettings, Names


class SendingSettings(EnvironmentSettings):
    """How fast mails may leave; an import foresees by it, a worker keeps to it."""

    mail_per_minute: float = Field(
        default=25, gt=0, description="Mails a minute and mailbox; Exchange Online allows 30."
    )
    mail_per_day: int = Field(
        default=9_000,
        gt=0,
        description="Mails in 24 hours and mailbox; invitations use 90 % of it.",
    )


class PolicySettings(SendingSettings):
    """The numbers that steer new enrolments; read by ``import``."""

    sender_mailboxes: Names = Field(
        default=(), description="Mailboxes from which mails are sent; everybody keeps one of them."
    )
    send_window: str = Field(
        default="00:00-24:00",
        pattern=r"^\d\d:\d\d-\d\d:\d\d$",
        description="Hours in which mails leave: 08:00-18:00. A new link leaves at any time.",
    )
    send_days: Names = Field(
        default=tuple(day.casefold() for day in WEEKDAYS),
        description="Weekdays on which mails leave: mon,tue,wed,thu,fri.",
    )
    no_send_dates: Annotated[tuple[date, ...], NoDecode] = Field(
        default=(), description="Days on which nothing leaves: 2026-12-25,2027-01-01."
    )
    time_zone: str = Field(
        default="UTC", description="IANA name of the zone of hours and days: Europe/Zurich."
    )
    wave_size: int | None = Field(
        default=None, gt=0, description="People who are invited together; all, unless set."
    )
    wave_interval: timedelta = Field(
        default=DAY, gt=NOTHING, description="From one wave to the next."
    )

    follow_up: bool = Field(default=True, description="Off: no mail to who clicked and stopped.")
    add_registered_users: bool = Field(
        default=True, description="Off: who registers without a click doesn't join the group."
    )
    reminder_interval: timedelta = Field(
        default=7 * DAY, gt=NOTHING, description="Between reminders: 7d, or ISO 8601, P7D."
    )
    max_reminders: int | None = Field(default=None, ge=0, description="No reminder beyond these.")
    escalate_after: int = Field(
        default=2, ge=1, description="Reminders and follow-ups before the manager is told."
    )
    escalation_grace: timedelta = Field(
        default=DAY, ge=NOTHING, description="What the last of them gets before that."
    )
    end_disabled_after: timedelta = Field(
        default=90 * DAY, gt=NOTHING, description="A disabled account's enrolment ends after this."
    )
    day_length: timedelta = Field(
        default=DAY,
        gt=NOTHING,
        description="How long a day lasts; shorter only with SIMULATED_TENANT.",
    )

    @field_validator("no_send_dates", mode="before")
    @classmethod
    def _dates(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _opens(self) -> Self:
        try:
            self.window.next_open(datetime.now(UTC))
        except (ValueError, ZoneInfoNotFoundError) as error:
            names = "SEND_WINDOW, SEND_DAYS, NO_SEND_DATES, TIME_ZONE"
            raise ValueError(f"{names}: {error}") from None
        return self

    @model_validator(mode="after")
    def _real_days(self) -> Self:
        if self.day_length != DAY and not self.simulated_tenant:
            raise ValueError("DAY_LENGTH is for the demo: leave it out.")
        return self

    @property
    def window(self) -> SendWindow:
        """When mails may leave."""
        opens, closes = self.send_window.split("-")
        return SendWindow(
            opens=time.fromisoformat(opens),
            closes=time(0) if closes == "24:00" else time.fromisoformat(closes),
            days=tuple(day.capitalize() for day in self.send_days),
            closed_dates=self.no_send_dates,
            time_zone=self.time_zone,
        )

    @property
    def pace(self) -> Pace:
        """How fast an import invites."""
        return Pace(
            wave_size=self.wave_size,
            wave_interval=self.wave_interval,
            per_minute=self.mail_per_minute,
            per_day=self.mail_per_day,
            senders=max(1, len(self.sender_mailboxes)),
            window=self.window,
        )

    @property
    def policy(self) -> Policy:
        """The policy that new enrolments travel with."""
        policy = Policy(
            reminder_interval=self.reminder_interval,
            max_reminders=self.max_reminders,
            follow_up=self.follow_up,
            escalate_after=self.escalate_after,
            escalation_grace=self.escalation_grace,
            add_registered_users=self.add_registered_users,
            end_disabled_after=self.end_disabled_after,
            window=self.window,
        )
        return policy if self.day_length == DAY else policy.sped_up(self.day_length)
