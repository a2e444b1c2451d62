"""How a person of the past came to register: some days after one of their mails."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from domain.tables.enrolment import EnrolmentRecord
from domain.tables.story import StoryEvent, StoryKind

_WEEK = timedelta(days=7)
# After which mail people act, with the weeks and days from the invitation to it, and how many do.
_MAILS = {
    "invitation": (timedelta(), 0, 55),
    "reminder-1": (_WEEK, 1, 24),
    "reminder-2": (2 * _WEEK, 2, 10),
    "escalation": (2 * _WEEK + timedelta(days=1), 2, 11),
}
# When the imports of a day begin.
_IMPORTED_HOUR = 6
# How many days after it.
_DAYS = (0, 1, 2, 3, 4, 5, 6)
_SHARES = (45, 20, 12, 8, 6, 5, 4)


def with_usual_story(
    row: EnrolmentRecord, *, before: datetime
) -> tuple[EnrolmentRecord, list[StoryEvent]]:
    """Return an Active person with a story as most have it, which has ended before an instant.

    It is the same for the same person.
    """
    # Nothing here is a secret.
    source = random.Random(row.object_id)  # noqa: S311
    invited_at = row.invite_sent_at
    assert invited_at is not None  # noqa: S101 - everybody of the past was invited
    possible = {
        name: mail for name, mail in _MAILS.items() if invited_at + mail[0] + _WEEK < before
    } or {"invitation": _MAILS["invitation"]}
    after = source.choices([*possible], [share for _, _, share in possible.values()])[0]
    waited, reminders, _ = possible[after]
    delay = timedelta(days=source.choices(_DAYS, _SHARES)[0], minutes=source.randrange(20, 480))
    registered_at = min(invited_at + waited + delay, before)
    told = [
        (
            min(invited_at, invited_at.replace(hour=_IMPORTED_HOUR, minute=0, second=0)),
            StoryKind.IMPORTED,
        ),
        (invited_at, StoryKind.INVITED),
        *((invited_at + number * _WEEK, StoryKind.REMINDED) for number in range(1, reminders + 1)),
        *([(invited_at + waited, StoryKind.ESCALATED)] if after == "escalation" else []),
        (registered_at - timedelta(minutes=9), StoryKind.OPENED),
        (registered_at - timedelta(minutes=8), StoryKind.CLICKED),
        *(
            [(registered_at - timedelta(minutes=7), StoryKind.ADDED_TO_GROUP)]
            if row.in_group
            else []
        ),
        (registered_at, StoryKind.REGISTERED),
    ]
    dates = {kind: at for at, kind in told}
    batch = {"batch": row.batch_id}
    changed = replace(
        row,
        registered_after=after,
        reminder_count=reminders,
        reminders_sent=reminders,
        last_reminder_at=dates.get(StoryKind.REMINDED),
        escalated=after == "escalation",
        escalated_at=dates.get(StoryKind.ESCALATED),
        opened_at=dates[StoryKind.OPENED],
        clicked_at=dates[StoryKind.CLICKED],
        added_to_group_at=dates.get(StoryKind.ADDED_TO_GROUP),
        registered_at=registered_at,
        ended_at=registered_at,
    )
    return changed, [
        StoryEvent(
            run_id=row.run_id,
            number=number,
            at=at,
            kind=kind,
            data=batch if kind is StoryKind.IMPORTED else {},
        )
        for number, (at, kind) in enumerate(told)
    ]
