"""The numbers that steer new enrolments."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.demo_calendar import DemoCalendar
from domain.enrolment.policy import DAY, Policy
from domain.imports.pace import Pace
from settings.base import RolloutSettings
from settings.demo_days import DemoDaySettings
from settings.reader.environment import read_environment
from settings.reader.load import settings_from
from settings.sending import DeadlineSettings, PaceSettings, ReminderSettings
from settings.values.scalars import Duration, DurationOrNone, Switch
from settings.values.urls import read_page
from settings.values.validators import written


class AnswerSettings(RolloutSettings):
    """How long a verb waits; all that a stop of mail reads, so that no other setting hinders it."""

    answer_within: Duration = Field(
        default=timedelta(seconds=3),
        description="How long a verb waits for a worker before it says that the request is kept.",
    )


class PolicySettings(AnswerSettings, PaceSettings, ReminderSettings, DemoDaySettings):
    """The numbers that steer new enrolments; read by ``import``, and by the API."""

    follow_up: Switch = Field(
        default=True,
        description="Off: people who clicked but did not register get no follow-up mails.",
    )
    add_registered_users: Switch = Field(
        default=True,
        description="Off: people who registered without a click are not added to the group.",
    )
    reminder_interval: Duration = Field(
        default=7 * DAY, description="Time between two reminders, and between two follow-ups."
    )
    escalation_grace: DurationOrNone = Field(
        default=DAY, description="Time between the last of these mails and the manager's."
    )
    end_disabled_after: Duration = Field(
        default=90 * DAY, description="Time after which a disabled account's enrolment ends."
    )
    temporal_ui: Annotated[str, written(read_page)] | None = Field(
        default=None,
        description="Address of the Temporal UI: `show` then prints links to it.",
        examples=["https://temporal.contoso.com"],
    )

    @property
    def policy(self) -> Policy:
        """The policy that new enrolments travel with."""
        policy = self.policy_of_real_days
        return policy if self.day_length == DAY else policy.sped_up(self.day_length)

    @property
    def policy_of_real_days(self) -> Policy:
        """The same, with days of 24 hours in a demo, too."""
        return Policy(
            reminder_interval=self.reminder_interval,
            max_reminders=self.max_reminders or None,
            follow_up=self.follow_up,
            escalate_after=self.escalate_after,
            escalation_grace=self.escalation_grace,
            add_registered_users=self.add_registered_users,
            end_disabled_after=self.end_disabled_after,
            window=self.window,
        )


class PlanSettings(PolicySettings, DeadlineSettings):
    """The numbers by which an import is played forward: also in a demo it is a real one."""

    @property
    def pace_of_real_days(self) -> Pace:
        """How fast an import invites; a demo's own limits are those of its short days."""
        if self.day_length == DAY:
            return self.pace
        usual = Pace()
        return replace(
            self.pace,
            per_minute=usual.per_minute,
            per_hour=usual.per_hour,
            per_day=usual.per_day,
        )

    @property
    def deadline_of_real_days(self) -> date | None:
        """The deadline; a demo's is a date of its mails, which are ahead of the clock."""
        return self.enrolment_deadline if self.day_zero is None else None


def demo_calendar() -> DemoCalendar | None:
    """Return the calendar of the demo that verbs are used with, None where it is a real rollout."""
    environment = read_environment()
    if "DAY_ZERO" not in environment.values:
        return None
    return settings_from(PolicySettings, environment).demo_calendar
