"""What is said of when the last invitation leaves: nothing that a stop of mail makes untrue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.portal.overview.outlook import Outlook
from client.people.rollout import Rollout
from database.figures.overview import Overview


class LastInvitation(StrEnum):
    """What is known of it."""

    MAIL_STOPPED = "mail-stopped"
    MAILBOX_BLOCKED = "mailbox-blocked"
    EXPECTED = "expected"
    EARLIEST = "earliest"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LastInvitationKnown:
    """What is known, and the instant, where there is one."""

    what: LastInvitation
    at: datetime | None = None


def last_invitation(
    overview: Overview, outlook: Outlook | None, rollout: Rollout
) -> LastInvitationKnown:
    """Return what can be told. ``outlook`` is None where there is none of these minutes."""
    if rollout.control is not None and rollout.control.mail_stopped:
        return LastInvitationKnown(LastInvitation.MAIL_STOPPED)
    if rollout.blocked:
        return LastInvitationKnown(LastInvitation.MAILBOX_BLOCKED)
    expected = outlook.last_invitation_at if outlook is not None else None
    if expected is not None and expected > overview.at:
        return LastInvitationKnown(LastInvitation.EXPECTED, expected)
    earliest = overview.mail.last_invitation_at
    if earliest is not None and earliest > overview.at:
        return LastInvitationKnown(LastInvitation.EARLIEST, earliest)
    return LastInvitationKnown(LastInvitation.UNKNOWN)
