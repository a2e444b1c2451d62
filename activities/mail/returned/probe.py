"""Whether a sender mailbox may send: a mail from it to itself arrives, or doesn't."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.mail.throttled_sender import unless_throttled
from activities.texts import WAITING, Waiting
from domain.failures import FailureType, PermanentFailure
from domain.mail.content import SUPPRESSED, OutgoingMail
from domain.mail.returned.blocked_sender import ARRIVES_WITHIN, FIRST_LOOK, LOOK_EVERY, remedy
from domain.tables.mail import SenderState
from temporal.failures import waiting

if TYPE_CHECKING:
    from database.mail.senders import SenderStates
    from domain.tables.rollout import Sender
    from graph.mailbox import Mailbox

# Exchange's clock isn't ours.
CLOCK_SKEW = timedelta(minutes=5)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeInput:
    """Which sender, by its place, and the id of the probe: nobody else knows it."""

    sender: int
    probe_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """Whether the mailbox may send again."""

    ready: bool


class ProbeActivities:
    """Tries sender mailboxes that were paused."""

    def __init__(
        self,
        *,
        senders: Sequence["Mailbox"],
        states: "SenderStates",
        arrives_within: timedelta = ARRIVES_WITHIN,
    ) -> None:
        """Take the mailboxes, and where it is kept whether they may send."""
        self._senders = senders
        self._states = states
        self._arrives_within = arrives_within

    @activity.defn
    async def probe_sender(self, input: ProbeInput) -> Probed:
        """Send a mail from the mailbox to itself, and look whether it arrives within ten minutes.

        If it does, the mailbox is ready; if not, it is stopped, which is logged once. Idempotent:
        the heartbeat says since when the probe is out, and a second one would do no harm. One that
        another workflow sent, before the mailbox was unblocked, is not waited for.

        Raises:
            ProbeNotArrived: not yet; looked again in half a minute.
            PassingFailure: Graph or the database failed; retried.
        """
        mailbox = self._senders[input.sender]
        row = await self._states.read(mailbox.address)
        if row is None or row.state is SenderState.READY:
            return Probed(ready=True)
        sent_at = _sent_at()
        try:
            async with unless_throttled(self._states, mailbox.address):
                if sent_at is None:
                    await self._states.probing(mailbox.address)
                    await _send(mailbox, input.probe_id)
                    activity.heartbeat(datetime.now(UTC).isoformat())
                elif arrived := await mailbox.received(
                    _subject(input.probe_id), since=sent_at - CLOCK_SKEW
                ):
                    if await self._states.arrived(mailbox.address):
                        mailbox_number = input.sender + 1
                        _log.warning(
                            "sender mailbox may send again", extra={"mailbox": mailbox_number}
                        )
                    await mailbox.delete(arrived)
                    return Probed(ready=True)
        except PermanentFailure as failure:
            return await self._missing(input, row, str(failure))
        if sent_at is not None and datetime.now(UTC) - sent_at >= self._arrives_within:
            return await self._missing(input, row, remedy(row.reason or ""))
        raise waiting(
            WAITING[Waiting.PROBE_NOT_ARRIVED],
            type=FailureType.PROBE_NOT_ARRIVED,
            next_retry_delay=_until_next_look(activity.info().attempt),
        )

    async def _missing(self, input: ProbeInput, row: "Sender", reason: str) -> Probed:
        if await self._states.missing(row.address, row.reason or reason):
            # Once, and without an address: the number of the mailbox in SENDER_MAILBOXES.
            told = {"mailbox": input.sender + 1, "reason": reason}
            _log.error("sender mailbox stopped", extra=told)
        return Probed(ready=False)


def _sent_at() -> datetime | None:
    """Return when an earlier attempt has sent the probe, None when that is still to do."""
    details = activity.info().heartbeat_details
    return datetime.fromisoformat(details[0]) if details else None


def _until_next_look(attempt: int) -> timedelta:
    """Return when to look again: soon at first, as most probes arrive within seconds."""
    doublings = min(attempt - 1, 10)
    return min(FIRST_LOOK * (1 << doublings), LOOK_EVERY)


async def _send(mailbox: "Mailbox", probe_id: str) -> None:
    text = (
        "mfa-rollout sends this mail to its own mailbox to find out whether the mailbox may send."
    )
    mail = OutgoingMail(
        subject=_subject(probe_id),
        html=f"<p>{text}</p>",
        text=text,
        to_address=mailbox.address,
        to_name="mfa-rollout",
        headers={"X-MFA-Rollout-Mail": "probe", "X-Auto-Response-Suppress": SUPPRESSED},
    )
    await mailbox.send(await mailbox.create_draft(mail, key=f"probe/{probe_id}"))


def _subject(probe_id: str) -> str:
    return f"mfa-rollout delivery test {probe_id}"
