"""The outbound spam policy: who sends too much is blocked until an admin lets them go.

https://learn.microsoft.com/defender-office-365/outbound-spam-policies-configure and the recommended
values on ``recommended-settings-for-eop-and-office365``. What is refused was accepted before, and
comes back as ``550 5.1.8``.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulated_tenant.storage import Storage, Table

REFUSAL = "5.1.8"
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPolicy:
    """How many recipients a mailbox may write to, and is blocked beyond."""

    internal_hour: int
    external_hour: int
    day: int

    @classmethod
    def parse(cls, text: str) -> "OutboundPolicy":
        """Read ``strict``, ``standard``, or ``HOUR,DAY``, where outside half of the hour counts."""
        known = {"strict": STRICT, "standard": STANDARD}.get(text.lower())
        if known is not None:
            return known
        hour, day = (int(part) for part in text.split(","))
        return cls(internal_hour=hour, external_hour=max(1, hour // 2), day=day)

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.internal_hour},{self.day}"


STANDARD = OutboundPolicy(internal_hour=1_000, external_hour=500, day=1_000)
STRICT = OutboundPolicy(internal_hour=800, external_hour=400, day=800)


@dataclass(kw_only=True, slots=True)
class Restriction:
    """A mailbox that may not send: an entry on Defender's page *Restricted entities*."""

    mailbox_id: str
    since: datetime


class OutboundSpamFilter:
    """Counts what mailboxes send, and blocks those that send more than the policy allows."""

    def __init__(self, storage: Storage, domains: Iterable[str]) -> None:
        """Load who is blocked; what was sent before is forgotten with the process."""
        self._restrictions = Table(storage, "outbound-restriction", Restriction)
        self._domains = frozenset(domain.lower() for domain in domains)
        self._sent: dict[str, deque[tuple[datetime, bool]]] = {}

    def allows(
        self,
        mailbox_id: str,
        recipients: Iterable[str],
        *,
        policy: OutboundPolicy | None,
        now: datetime,
        day_length: timedelta = _DAY,
    ) -> bool:
        """Count the recipients of a mail and say whether it may leave.

        The mail that goes beyond the policy is the first that is refused.
        """
        if mailbox_id in self._restrictions:
            return False
        if policy is None:
            return True
        sent = self._sent.setdefault(mailbox_id, deque())
        while sent and sent[0][0] <= now - day_length:
            sent.popleft()
        for address in recipients:
            sent.append((now, address.rpartition("@")[2].lower() in self._domains))
        recent = [internal for at, internal in sent if at > now - day_length * (_HOUR / _DAY)]
        inside = sum(recent)
        if (
            len(sent) > policy.day
            or inside > policy.internal_hour
            or len(recent) - inside > policy.external_hour
        ):
            self.restrict(mailbox_id, now)
            return False
        return True

    def restrict(self, mailbox_id: str, now: datetime) -> None:
        """Block a mailbox."""
        self._restrictions.put(mailbox_id, Restriction(mailbox_id=mailbox_id, since=now))

    def release(self, mailbox_id: str) -> bool:
        """Let a mailbox send again, as an admin does in Defender; False if it wasn't blocked."""
        self._sent.pop(mailbox_id, None)
        return self._restrictions.discard(mailbox_id) is not None

    def restricted(self) -> list[Restriction]:
        """Return the mailboxes that are blocked."""
        return list(self._restrictions.values())
