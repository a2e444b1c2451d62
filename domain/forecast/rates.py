"""How many people register after each mail, and how soon: given, seen so far, or assumed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from domain.status import MailKind


class RatesSource(StrEnum):
    """Where rates come from."""

    ASSUMED = "assumed"
    GIVEN = "given"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What people do after a mail. The defaults are assumptions; docs/forecast.md says so.

    A share is of the people who get the mail and have not registered, and counts those who
    register while no further mail follows.

    Attributes:
        invitation: share that registers after the invitation.
        reminders: shares after the first reminder or follow-up, the second, and so on; the last
            one holds for all further ones.
        escalation: share after the mail to the manager.
        clicks_only: share that clicks in an invitation or a reminder and does not register before
            the next mail.
        delays: of the people who act after a mail, how many do so in its first 24 hours, in the
            second, and so on.
        band: by how much all shares may be wrong, as a share of them.
        source: where the rates come from.
    """

    invitation: float = 0.40
    reminders: tuple[float, ...] = (0.30, 0.25, 0.15)
    escalation: float = 0.30
    clicks_only: float = 0.08
    delays: tuple[float, ...] = (0.45, 0.20, 0.12, 0.08, 0.06, 0.05, 0.04)
    band: float = 0.25
    source: RatesSource = RatesSource.ASSUMED

    def __post_init__(self) -> None:
        """Refuse shares that can't be."""
        for share in self.shares:
            if not 0 <= share <= 1:
                raise ValueError("a share is a number from 0 to 1")
        if not 0 <= self.clicks_only < 1 or not 0 <= self.band < 1:
            raise ValueError("a share is a number from 0 to 1")
        if not self.reminders or not self.delays or min(self.delays) < 0:
            raise ValueError("rates need at least one reminder and one delay")
        if sum(self.delays) <= 0:
            raise ValueError("some people must act after a mail")

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares that register: after the invitation, each reminder, the escalation."""
        return (self.invitation, *self.reminders, self.escalation)

    def after(self, kind: MailKind, number: int = 1) -> float:
        """Return the share that registers after a mail; ``number`` is the reminder's, from 1."""
        if kind is MailKind.INVITATION:
            return self.invitation
        if kind is MailKind.ESCALATION:
            return self.escalation
        return self.after_reminder(number)

    def after_reminder(self, number: int) -> float:
        """Return the share that registers after a reminder or follow-up, counted from 1."""
        return self.reminders[min(number, len(self.reminders)) - 1]

    def scaled(self, factor: float) -> "Rates":
        """Return the same with all shares that register multiplied, at most 1."""
        return replace(
            self,
            invitation=min(1.0, self.invitation * factor),
            reminders=tuple(min(1.0, share * factor) for share in self.reminders),
            escalation=min(1.0, self.escalation * factor),
        )

    @property
    def low(self) -> "Rates":
        """The lower end of the band."""
        return self.scaled(1 - self.band)

    @property
    def high(self) -> "Rates":
        """The upper end of the band."""
        return self.scaled(1 + self.band)

    @property
    def curve(self) -> tuple[float, ...]:
        """Of the people who act after a mail, the share that has acted after 0, 1, 2 … days."""
        total = sum(self.delays)
        return (0.0, *accumulate(delay / total for delay in self.delays))


def acted(curve: Sequence[float], days: float) -> float:
    """Return the share of ``curve`` that has acted after so many days, evenly within a day."""
    if days <= 0:
        return 0.0
    whole = int(days)
    if whole + 1 >= len(curve):
        return 1.0
    return curve[whole] + (curve[whole + 1] - curve[whole]) * (days - whole)
