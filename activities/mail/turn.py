"""Whether it is a mail's turn: the stop of all mail, the send window, the mailbox's budgets."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from temporalio.exceptions import ApplicationError

from activities.mail.attempt import MailAttempt
from activities.mail.kill_switch import MailSwitch
from activities.texts import HOLDS, WAITING, Waiting
from domain.failures import FailureType, PermanentFailure
from domain.mail.content import Withheld
from domain.mail.send_window import SendWindow
from domain.tables.mail import AdminMailKind, MailHold, NotYet
from domain.wording.sentence import sentence
from temporal.failures import waiting

if TYPE_CHECKING:
    from domain.enrolment.messages import AdminRequest

ASK_AGAIN = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=15)
# These are waited for in the attempt itself: until they are over no mail leaves this mailbox, so
# nothing else needs its place. No attempt waits longer in all.
SHORT = frozenset({MailHold.MINUTE_FULL, MailHold.SENDER_PAUSED, MailHold.SENDER_THROTTLED})
LONGEST_WAIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTurns:
    """Asks whether a mail may leave now; nothing of it concerns the person."""

    switch: MailSwitch

    async def wait_for_turn(
        self, attempt: MailAttempt, window: SendWindow | None
    ) -> ApplicationError | Withheld | None:
        """Wait at most for the mailbox's next slot, and return None when the mail may leave.

        Otherwise return why it isn't sent now, or the failure with which it comes back later. A
        mail outside of its window goes back to its workflow, which waits for the next opening. A
        mail to admins leaves while mail is stopped.
        """
        to_admins = isinstance(attempt.mail.kind, AdminMailKind)
        give_up_at = datetime.now(UTC) + LONGEST_WAIT
        while True:
            if not to_admins and (stop := await self.switch.stop()):
                return _stopped(stop)
            now = datetime.now(UTC)
            if window is not None and not _is_open(window, now):
                return Withheld.WINDOW_CLOSED
            hold = await attempt.log.hold(attempt.key, attempt.id, today_of(window, now))
            if hold is None:
                return None
            until = hold.until
            if hold.hold not in SHORT or until is None or until > give_up_at:
                return _held(hold, now)
            await asyncio.sleep(max((until - now).total_seconds(), 0.001))


def today_of(window: SendWindow | None, now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the day in the policy's time zone.

    Raises:
        PermanentFailure: the zone is unknown to this worker.
    """
    zone = _zone(window.time_zone if window else "UTC")
    today = now.astimezone(zone).date()
    begins, ends = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
    )
    return begins, ends


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise PermanentFailure(
            f"The worker doesn't know the time zone {name}: update its tzdata."
        ) from None


def _is_open(window: SendWindow, now: datetime) -> bool:
    _zone(window.time_zone)
    try:
        return window.is_open(now)
    except ValueError:
        # It opens on no day of the coming year, and so not now.
        return False


def _stopped(stop: "AdminRequest") -> ApplicationError:
    return waiting(
        sentence(WAITING[Waiting.MAIL_STOPPED].format(actor=stop.actor, reason=stop.reason)),
        type=FailureType.MAIL_STOPPED,
        next_retry_delay=ASK_AGAIN,
    )


def _held(hold: NotYet, now: datetime) -> ApplicationError:
    longest = ASK_AGAIN if hold.hold is MailHold.MAIL_STOPPED else LONGEST_DELAY
    delay = longest if hold.until is None else min(hold.until - now, longest)
    return waiting(
        HOLDS[hold.hold],
        type=FailureType.MAIL_WAITS,
        next_retry_delay=max(delay, timedelta(seconds=1)),
    )
