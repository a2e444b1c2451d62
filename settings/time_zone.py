"""Where the organisation's days begin and end."""

from pydantic import Field

from settings.base import RolloutSettings
from settings.values.calendar import TimeZone


class TimeZoneSettings(RolloutSettings):
    """Where the organisation's days begin and end."""

    time_zone: TimeZone = Field(
        default="UTC",
        description="IANA name of the time zone of the send window and of the deadline: "
        "Europe/Zurich.",
    )
