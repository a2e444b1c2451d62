"""What our tables tell of each person of the demo, once their story has ended."""

from collections import Counter
from collections.abc import Collection, Mapping

from client.people.standing import PersonStatus
from domain.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.story import StoryKind
from simulated_tenant.personas.kinds import STORIES, Kind

MAILS = {
    MailKind.INVITATION: StoryKind.INVITED,
    MailKind.REMINDER: StoryKind.REMINDED,
    MailKind.FOLLOW_UP: StoryKind.FOLLOWED_UP,
    MailKind.ESCALATION: StoryKind.ESCALATED,
}
NEVER_CLICK = {
    Kind.IGNORES_EVERYTHING,
    Kind.REGISTERED_ALREADY,
    Kind.LEAVES_MID_JOURNEY,
    Kind.NO_MANAGER,
    Kind.NO_MAILBOX,
    Kind.REGISTERS_WITHOUT_CLICKING,
}
# Nobody with an ObjectId: their rows of the file name nobody.
UNKNOWN = {Kind.LEFT_THE_COMPANY}
# What is next for those whose enrolment goes on for ever.
NEXT: Mapping[Kind, Collection[NextStep | None]] = {
    Kind.IGNORES_EVERYTHING: {NextStep.REMINDER},
    Kind.STALLS_FOR_EVER: {NextStep.FOLLOW_UP},
    # The manager is looked for again every week, as often as a reminder is sent.
    Kind.NO_MANAGER: {NextStep.REMINDER, NextStep.ESCALATION},
    Kind.NO_MAILBOX: {NextStep.INVITATION},
}
PROBLEMS = {Kind.LEAVES_MID_JOURNEY, Kind.ON_LEAVE, Kind.NO_MANAGER, Kind.NO_MAILBOX}


def wrong_in_tables(kind: Kind, standing: PersonStatus | None) -> list[str]:
    """Return what our tables tell otherwise than the story of this kind of person, in words."""
    if kind in UNKNOWN or standing is None:
        return [] if kind in UNKNOWN and standing is None else ["a row where none is due, or none"]
    expected, row = STORIES[kind].expected, standing.page.row
    story = [event.kind for event in standing.page.story]
    counts = Counter(story)
    has_ended = expected.workflow == "completed"
    found = []
    for mail, event in MAILS.items():
        least, most = expected.mails.get(mail.value, (0, 0))
        if counts[event] < least or (most is not None and counts[event] > most):
            found.append(f"{counts[event]} x {event}, not {least} to {most}")
    exactly = {
        StoryKind.IMPORTED: 1,
        StoryKind.CHECKED: 1,
        StoryKind.CLICKED: int(kind not in NEVER_CLICK),
        StoryKind.ADDED_TO_GROUP: int(expected.in_group),
        StoryKind.REGISTERED: int(expected.registered),
        StoryKind.RESENT: int(kind is Kind.LOST_LINK),
        StoryKind.ENDED: int(has_ended),
    }
    found += [f"{counts[event]} x {event}" for event, n in exactly.items() if counts[event] != n]
    if (counts[StoryKind.PROBLEM_MET] > 0) != (kind in PROBLEMS):
        found.append(f"{counts[StoryKind.PROBLEM_MET]} problems")
    if story[0] is not StoryKind.IMPORTED or (story[-1] is StoryKind.ENDED) != has_ended:
        found.append(f"the order is {', '.join(story)}")
    if row.status.value != expected.status or (row.ended is not None) != has_ended:
        found.append(f"the row says {row.status.value}, {row.ended}")
    if row.next_step not in NEXT.get(kind, {None}):
        found.append(f"next is {row.next_step}")
    if not standing.holds:
        found.append("no reason why not sooner")
    return found
