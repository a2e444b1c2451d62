"""The reasons for which an admin is asked to look at somebody."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class AttentionKind(StrEnum):
    """Why a person is on the attention list.

    The first group is written with the enrolment. The second is found when people are listed: it
    depends on other columns, on the time or on other tables. The last is about no person.
    """

    FAILED = "failed"
    BOUNCED = "bounced"
    NO_ADDRESS = "no-address"
    NO_MANAGER = "no-manager"
    REMINDERS_USED_UP = "reminders-used-up"
    EXCLUDED_BUT_CLICKED = "excluded-but-clicked"
    LIST_DIFFERS = "list-differs"
    LEFT_GROUP = "left-group"
    LOST_METHODS = "lost-methods"

    NOT_IN_GROUP = "not-in-group"
    STUCK = "stuck"
    NOT_REGISTERED = "not-registered"
    MAIL_UNCONFIRMED = "mail-unconfirmed"

    UNKNOWN_ROW = "unknown-row"


PEOPLE_KINDS = tuple(kind for kind in AttentionKind if kind is not AttentionKind.UNKNOWN_ROW)
"""The kinds that are about people, by which lists, exports and requests choose them."""

FOUND_WHEN_READ = frozenset(
    {
        AttentionKind.NOT_IN_GROUP,
        AttentionKind.STUCK,
        AttentionKind.NOT_REGISTERED,
        AttentionKind.MAIL_UNCONFIRMED,
    }
)
"""The kinds of the second group: a person's row doesn't hold them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionRules:
    """When somebody has waited so long that an admin should look.

    Attributes:
        stuck_after: how long the next step has been due.
        not_registered_after: how long ago the person clicked.
    """

    stuck_after: timedelta = timedelta(days=1)
    not_registered_after: timedelta = timedelta(days=14)
