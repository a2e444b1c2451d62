"""The switch that stops all mail, as Temporal has it, and what our table is to say of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from domain.enrolment.messages import AdminRequest
from domain.tables.rollout import MailControl


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSwitchState:
    """How the switch stands in Temporal: the stop, None while mail is on, and the lifted ones."""

    stop: AdminRequest | None = None
    lifted: Collection[str] = ()


def copied_switch(
    known: MailControl | None, switch: MailSwitchState, now: datetime
) -> MailControl | None:
    """Return what our table is to say of the switch, or None where it says so already.

    A stop in the table is lifted only where Temporal has lifted that very stop. A Temporal that
    knows nothing of it was restored from a backup, and is told of it once more.
    """
    if (stop := switch.stop) is not None:
        wanted = MailControl(
            mail_stopped=True,
            since=now,
            actor=stop.actor,
            reason=stop.reason,
            request_id=stop.request_id,
        )
        return None if known == replace(wanted, since=known.since if known else now) else wanted
    if known is None or not known.mail_stopped:
        return None
    if known.request_id in switch.lifted:
        return MailControl(mail_stopped=False, since=now)
    return replace(known, untold=known.request_id)
