"""What the forecast says to the overview."""

from dataclasses import dataclass
from datetime import datetime

from api.portal.overview.series import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is expected; all of it is None where no forecast could be made.

    Attributes:
        expected: registered people by day.
        at_deadline: how many of them at the end of the deadline's day, at least and at most.
        last_invitation_at: when the last invitation leaves.
        condition: what has to stay as it is for that: a stop of all mail, a blocked mailbox.
    """

    expected: Expected | None = None
    at_deadline: tuple[int, int] | None = None
    last_invitation_at: datetime | None = None
    condition: str | None = None
