"""The reasons for which an admin is asked to look at somebody."""

from datetime import timedelta
from enum import StrEnum


class AttentionKind(StrEnum):
    """Why a person is on the attention list.

    The first group is written with the enrolment, and the next one is found from what is written.
    The last is found when the list is read, because it depends on the time or on other tables.
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


NOT_REGISTERED_AFTER = timedelta(days=14)
"""So long after a click without a registration an admin should look."""

FOUND_WHEN_READ = frozenset(
    {
        AttentionKind.STUCK,
        AttentionKind.NOT_REGISTERED,
        AttentionKind.MAIL_UNCONFIRMED,
        AttentionKind.UNKNOWN_ROW,
    }
)
"""The kinds of the last group: people can't be filtered by them."""
