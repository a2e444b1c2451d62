"""Whether it is a mail's turn at all: the switch, the send window, the mailbox's day."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from activities.mail.kill_switch import MailSwitch
from activities.texts import WAITING, Waiting
from domain.enrolment.status import MailKind
from domain.failures import FailureType
from domain.imports.pace import INVITATION_SHARE
from domain.mail.content import Withheld
from domain.mail.send_window import SendWindow
from temporal.failures import waiting

if TYPE_CHECKING:
    from graph.mailbox import Mailbox

ASK_AGAIN = timedelta(minutes=1)
BUDGET_PERIOD = timedelta(hours=24)


class MailTurns:
    """The checks that concern the moment, not the person."""

    def __init__(self, *, switch: MailSwitch, per_day: int) -> None:
        """Take the switch, and how many mails a sender mailbox may send in 24 hours."""
        self._switch = switch
        self._per_day = per_day

    async def check_switch(self) -> None:
        """Go on unless mail is stopped.

        Raises:
            MailStopped: it is; BENIGN, to be tried again in a minute.
        """
        if stop := await self._switch.stop():
            raise waiting(
                WAITING[Waiting.MAIL_STOPPED].format(actor=stop.actor, reason=stop.reason),
                type=FailureType.MAIL_STOPPED,
                next_retry_delay=ASK_AGAIN,
            )

    async def reason_to_wait(
        self, mailbox: "Mailbox", kind: MailKind, window: SendWindow | None
    ) -> Withheld | None:
        """Return why the mail has to wait, None when its turn has come.

        The day's use is counted in the mailbox itself, so other senders and restarts are included;
        invitations leave a tenth of it to the other mails.

        Raises:
            MailStopped: as for ``check_switch``.
        """
        await self.check_switch()
        now = datetime.now(UTC)
        if window is not None and not _is_open(window, now):
            return Withheld.WINDOW_CLOSED
        share = INVITATION_SHARE if kind is MailKind.INVITATION else 1
        sent = await mailbox.count_sent_since(now - BUDGET_PERIOD)
        return Withheld.BUDGET_SPENT if sent >= self._per_day * share else None


def _is_open(window: SendWindow, now: datetime) -> bool:
    try:
        return window.is_open(now)
    except ValueError:
        # It opens on no day of the coming year, and so not now.
        return False
