"""The live picture of the rollout: how many stand where, on which day."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from demo.rollout.stories import Sight
from domain.status import InviteStatus, MailKind

BAR = 40
_NAMES = {
    MailKind.INVITATION: "invitations",
    MailKind.REMINDER: "reminders",
    MailKind.FOLLOW_UP: "follow-ups",
    MailKind.ESCALATION: "to managers",
}


def funnel(sights: Mapping[str, Sight], *, day: int) -> RenderableType:
    """Draw the funnel: a bar for each status, and the mails sent so far."""
    statuses = Counter(str(sight.row.get("InviteStatus", "not yet")) for sight in sights.values())
    table = Table.grid(padding=(0, 2))
    for status in InviteStatus:
        count = statuses[status.value]
        bar = ProgressBar(total=max(len(sights), 1), completed=count, width=BAR)
        table.add_row(status.value, bar, str(count))
    mails = {kind: sum(sight.mails[kind.value] for sight in sights.values()) for kind in MailKind}
    told = ", ".join(f"{count} {_NAMES[kind]}" for kind, count in mails.items())
    return Group(
        Text(f"\nDay {day}", style="bold"),
        table,
        Text(f"Mails: {told}.", style="dim"),
    )


def day_number(at: datetime, *, start: datetime, day: timedelta) -> int:
    """Return the day of the demo's calendar, which begins with day 0."""
    return (at - start) // day
