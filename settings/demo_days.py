"""The demo's days, which are shorter than others and have numbers."""

from pydantic import Field

from domain.demo_calendar import DemoCalendar
from domain.enrolment.policy import DAY
from settings.base import Contradictions, RolloutSettings, contradiction
from settings.reader.days_end import DaysEnd
from settings.values.calendar import Instant
from settings.values.files import FileToWrite
from settings.values.scalars import Duration


class DemoDaySettings(RolloutSettings):
    """How long a day lasts, when day 0 began, and when the days ended."""

    day_length: Duration = Field(
        default=DAY, description="Length of a day; can be shorter only with SIMULATED_TENANT."
    )
    day_zero: Instant | None = Field(
        default=None,
        description="When day 0 of the demo began: times are shown with their day, by which the "
        "demo counts. Only with SIMULATED_TENANT.",
        examples=["2027-01-11T08:00:00+00:00"],
    )
    days_end_path: FileToWrite | None = Field(
        default=None,
        description="File that says when the demo's days ended, once it is there: whatever happens "
        "later is shown on the last one. Only with DAY_ZERO.",
        examples=["/srv/demo/days-end"],
    )

    @contradiction
    def _has_real_days(self) -> Contradictions:
        if self.day_length != DAY and not self.simulated_tenant:
            yield "DAY_LENGTH is for the demo, and SIMULATED_TENANT is off: leave it out."
        if self.day_zero is not None and not self.simulated_tenant:
            yield "DAY_ZERO is for the demo, and SIMULATED_TENANT is off: leave it out."
        if self.days_end_path is not None and self.day_zero is None:
            yield "DAYS_END_PATH is for the demo, and DAY_ZERO is missing: leave it out."

    @property
    def demo_calendar(self) -> DemoCalendar | None:
        """The calendar whose days are shown, None outside of the demo."""
        if self.day_zero is None:
            return None
        if self.days_end_path is None:
            return DemoCalendar(self.day_zero, self.day_length)
        return DemoCalendar(self.day_zero, self.day_length, DaysEnd(self.days_end_path))
