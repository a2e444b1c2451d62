"""What a person's row has been is in their history, whoever wrote it."""

from typing import NamedTuple

from temporalio.client import WorkflowHistory

from client.tables.recorded_writes import RecordedWrites
from domain.status import InviteStatus
from domain.tables.story import StoryKind
from temporal.connect import DATA_CONVERTER
from tests.replay.record import recorded


class Written(NamedTuple):
    """Of one write: what the row says, and what is told with it."""

    status: InviteStatus
    reminders: int
    escalated: bool
    columns: tuple[str, ...]
    told: tuple[StoryKind, ...]


async def writes_of(name: str) -> list[Written]:
    """Return the writes of a recorded history."""
    writes, found = RecordedWrites(DATA_CONVERTER), []
    for event in WorkflowHistory.from_json(name, recorded()[name].read_text()).events:
        if write := await writes.write_of(event):
            row = write.record
            told = tuple(one.kind for one in write.events)
            columns = tuple(write.changes)
            found.append(Written(row.status, row.reminders_sent, row.escalated, columns, told))
    return found


async def test_writes_of_mails_are_found_as_those_of_the_mirror_are() -> None:
    """The same journey has the same writes, whether mails wrote their rows or the mirror did."""
    by_mails = await writes_of("with-rows-behind-mails")
    assert by_mails == await writes_of("reminded-and-escalated")
    reminded = ("LastReminderDate", "ReminderCount")
    assert by_mails[:3] == [
        Written(InviteStatus.PENDING, 0, False, (), (StoryKind.IMPORTED, StoryKind.CHECKED)),
        Written(
            InviteStatus.SENT, 0, False, ("InviteStatus", "InviteSentDate"), (StoryKind.INVITED,)
        ),
        Written(InviteStatus.SENT, 1, False, reminded, (StoryKind.REMINDED,)),
    ]
    assert by_mails[-1].told == (StoryKind.ESCALATED, StoryKind.PROBLEM_SOLVED)
