"""The kinds of people in the demo: their stories, and the end that each story demands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Bounds = tuple[int, int | None]


class Kind(StrEnum):
    """What somebody does when mails about MFA arrive."""

    REGISTERS_AT_ONCE = "registers-at-once"
    READS_AND_CLICKS_LATER = "reads-and-clicks-later"
    NEEDS_ONE_REMINDER = "needs-one-reminder"
    NEEDS_TWO_REMINDERS = "needs-two-reminders"
    IS_ESCALATED = "is-escalated"
    IGNORES_EVERYTHING = "ignores-everything"
    STALLS_AFTER_CLICK = "stalls-after-click"
    STALLS_FOR_EVER = "stalls-for-ever"
    REGISTERED_ALREADY = "registered-already"
    LEFT_THE_COMPANY = "left-the-company"
    LEAVES_MID_JOURNEY = "leaves-mid-journey"
    ON_LEAVE = "on-leave"
    NO_MANAGER = "no-manager"
    NO_MAILBOX = "no-mailbox"
    LOST_LINK = "lost-link"
    MAIL_SCANNER = "mail-scanner"
    IMAGES_ONLY = "images-only"
    DOUBLE_CLICKER = "double-clicker"
    REGISTERS_WITHOUT_CLICKING = "registers-without-clicking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How a story ends, in words that a machine can check.

    ``status`` is the tracking list's InviteStatus. ``mails`` maps each kind of mail to the least
    and the greatest number (None: no bound); escalations are those about the person, in the
    manager's mailbox. ``problem`` is what ErrorDetails tells of: ``unknown`` to the import, or
    ``gone``, ``no-manager`` or ``no-address`` later. ``workflow`` is ``completed``, ``running``
    or ``none``.
    """

    status: str = "Active"
    in_group: bool = True
    registered: bool = True
    escalated: bool = False
    mails: Mapping[str, Bounds] = field(default_factory=dict)
    problem: str | None = None
    workflow: str = "completed"

    def as_json(self) -> dict[str, Any]:
        """Return the expectation as JSON, a ``[least, greatest]`` for every kind of mail."""
        nothing: Bounds = (0, 0)
        kinds = ("invitation", "reminder", "follow-up", "escalation")
        return {
            "status": self.status,
            "in_group": self.in_group,
            "registered": self.registered,
            "escalated": self.escalated,
            "mails": {kind: list(self.mails.get(kind, nothing)) for kind in kinds},
            "problem": self.problem,
            "workflow": self.workflow,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One sentence and its end."""

    story: str
    expected: Expected


_ONE: Bounds = (1, 1)
_TWO: Bounds = (2, 2)
_TWO_OR_MORE: Bounds = (2, None)
_INVITED = Expected(mails={"invitation": _ONE})
_REMINDED = Expected(mails={"invitation": _ONE, "reminder": _ONE})

STORIES: dict[Kind, Story] = {
    Kind.REGISTERS_AT_ONCE: Story(
        story="Opens the invitation, clicks and registers within hours.", expected=_INVITED
    ),
    Kind.READS_AND_CLICKS_LATER: Story(
        story="Reads the invitation, thinks about it for two days, then clicks and registers.",
        expected=_INVITED,
    ),
    Kind.NEEDS_ONE_REMINDER: Story(
        story="Overlooks the invitation and acts on the first reminder.", expected=_REMINDED
    ),
    Kind.NEEDS_TWO_REMINDERS: Story(
        story="Acts on the second reminder, just before the manager would be told.",
        expected=Expected(mails={"invitation": _ONE, "reminder": _TWO}),
    ),
    Kind.IS_ESCALATED: Story(
        story="Ignores two reminders and acts only when the manager has been told.",
        expected=Expected(
            escalated=True, mails={"invitation": _ONE, "reminder": _TWO, "escalation": _ONE}
        ),
    ),
    Kind.IGNORES_EVERYTHING: Story(
        story="Ignores every mail, and the manager as well.",
        expected=Expected(
            status="Sent",
            in_group=False,
            registered=False,
            escalated=True,
            mails={"invitation": _ONE, "reminder": _TWO_OR_MORE, "escalation": _ONE},
            workflow="running",
        ),
    ),
    Kind.STALLS_AFTER_CLICK: Story(
        story="Clicks, is interrupted, and finishes when the follow-up arrives.",
        expected=Expected(mails={"invitation": _ONE, "follow-up": _ONE}),
    ),
    Kind.STALLS_FOR_EVER: Story(
        story="Clicks, never registers, and is escalated after two follow-ups.",
        expected=Expected(
            status="AddedToGroup",
            registered=False,
            escalated=True,
            mails={"invitation": _ONE, "follow-up": _TWO_OR_MORE, "escalation": _ONE},
            workflow="running",
        ),
    ),
    Kind.REGISTERED_ALREADY: Story(
        story="Has registered long ago and never gets a mail.", expected=Expected()
    ),
    Kind.LEFT_THE_COMPANY: Story(
        story="Is on the list, but left the company before it was made.",
        expected=Expected(
            status="Pending",
            in_group=False,
            registered=False,
            problem="unknown",
            workflow="none",
        ),
    ),
    Kind.LEAVES_MID_JOURNEY: Story(
        story="Is invited, and leaves the company two days later.",
        expected=Expected(
            status="Sent",
            in_group=False,
            registered=False,
            mails={"invitation": _ONE},
            problem="gone",
        ),
    ),
    Kind.ON_LEAVE: Story(
        story="Is on parental leave with a disabled account, returns on day 5 and registers.",
        expected=_INVITED,
    ),
    Kind.NO_MANAGER: Story(
        story="Ignores everything and has no manager who could be told.",
        expected=Expected(
            status="Sent",
            in_group=False,
            registered=False,
            mails={"invitation": _ONE, "reminder": _TWO_OR_MORE},
            problem="no-manager",
            workflow="running",
        ),
    ),
    Kind.NO_MAILBOX: Story(
        story="Has no mailbox, and a sign-in name that no mail can reach.",
        expected=Expected(
            status="Pending",
            in_group=False,
            registered=False,
            problem="no-address",
            workflow="running",
        ),
    ),
    Kind.LOST_LINK: Story(
        story="Loses the invitation, asks for a new link with the form, and uses that one.",
        expected=Expected(mails={"invitation": _TWO}),
    ),
    Kind.MAIL_SCANNER: Story(
        story="Has a mail scanner that opens every link at once; acts on the first reminder.",
        expected=_REMINDED,
    ),
    Kind.IMAGES_ONLY: Story(
        story="Opens the invitation with its images, and clicks only in the first reminder.",
        expected=_REMINDED,
    ),
    Kind.DOUBLE_CLICKER: Story(
        story="Presses the button twice, as always, and registers.", expected=_INVITED
    ),
    Kind.REGISTERS_WITHOUT_CLICKING: Story(
        story="Distrusts links, types the address of the security page, and registers there.",
        expected=_INVITED,
    ),
}
