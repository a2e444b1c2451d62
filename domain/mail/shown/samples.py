"""The mails that are shown with sample names: of the reminders those that say something else."""

from dataclasses import dataclass

from domain.mail.shown.names import mail_name
from domain.status import MailKind

NUMBERED = frozenset({MailKind.REMINDER, MailKind.FOLLOW_UP})


@dataclass(frozen=True, slots=True)
class SampleMail:
    """One mail to look at: its kind, and which of the reminders it is, from 1."""

    kind: MailKind
    number: int

    @property
    def name(self) -> str:
        """What it is called on pages."""
        return mail_name(f"{self.kind}-{self.number}" if self.kind in NUMBERED else self.kind)


def sample_mails(*, escalate_after: int, max_reminders: int | None) -> list[SampleMail]:
    """Return the mails that say something else: 1st, 2nd, before the manager's mail, last."""
    last = max_reminders or escalate_after
    differing = sorted(one for one in {1, 2, escalate_after, last} if one <= last)
    return [
        SampleMail(kind, number)
        for kind in MailKind
        for number in (differing if kind in NUMBERED else (1,))
    ]
