"""What a forecast says: figures by day and by week, and the lines that an admin needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.forecast.rates import Rates
from domain.status import MailKind

# Of sums of floating-point numbers.
_ROUNDING = 1e-6
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """One day: what leaves on it, and who is registered at its end; all figures are expected ones.

    Attributes:
        begins: its first instant.
        date: the same in the send window's zone.
        mails: how many of each kind leave.
        busiest_mailbox: mails of the mailbox that sends most.
        registered: people who are registered at the end of the day, earlier ones included.
        registered_low: the same at the lower end of the band.
        registered_high: the same at its upper end.
    """

    begins: datetime
    date: date
    mails: dict[MailKind, float]
    busiest_mailbox: float
    registered: float
    registered_low: float
    registered_high: float

    @property
    def all_mails(self) -> float:
        """Mails of all kinds."""
        return sum(self.mails.values())

    @property
    def nudges(self) -> float:
        """Reminders and follow-ups."""
        return self.mails[MailKind.REMINDER] + self.mails[MailKind.FOLLOW_UP]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFigures:
    """Seven days from ``first`` on, or fewer at the end."""

    first: date
    last: date
    mails: dict[MailKind, float]
    busiest_mailbox: float
    registered: float
    registered_low: float
    registered_high: float

    @property
    def nudges(self) -> float:
        """Reminders and follow-ups."""
        return self.mails[MailKind.REMINDER] + self.mails[MailKind.FOLLOW_UP]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A rollout played forward, a day after the other.

    Attributes:
        people: everybody whom it is about.
        idle: those of whom nothing is expected.
        mailboxes: how many mailboxes send.
        start: its first instant.
        registered_before: people who were registered then.
        deadline: the day by whose end everybody is to be registered.
        days: each day's figures, without gaps.
        last_invitation_at: when the last invitation leaves, None where there is none to send.
        invitations_left: people who are not invited within the forecast.
        limit: mails that one mailbox may send a day.
        rates: what it is made with.
        mail_stopped: whether all mail is stopped, so that none leaves in it.
        blocked: the mailboxes that may not send, so that no mail leaves them in it.
    """

    people: float
    idle: float
    mailboxes: int
    start: datetime
    registered_before: float
    deadline: date | None
    days: tuple[DayFigures, ...]
    last_invitation_at: datetime | None
    invitations_left: float
    limit: int
    rates: Rates
    mail_stopped: bool = False
    blocked: tuple[str, ...] = ()

    @property
    def last_invitation_day(self) -> date | None:
        """The day on which the last invitation leaves, in the send window's zone."""
        last_at = self.last_invitation_at
        if last_at is None:
            return None
        return max(day.date for day in self.days if day.begins <= last_at)

    def total(self, kind: MailKind) -> float:
        """Return how many mails of a kind leave in all."""
        return sum(day.mails[kind] for day in self.days)

    @property
    def has_mails(self) -> bool:
        """Say whether any mail leaves in it."""
        return any(round(day.all_mails) for day in self.days)

    @property
    def busiest_day(self) -> DayFigures:
        """The day on which one mailbox sends most; the first of several."""
        return max(self.days, key=lambda day: round(day.busiest_mailbox))

    def on(self, day: date) -> DayFigures:
        """Return the figures of a day; of the last one for a day beyond the forecast."""
        return next((one for one in self.days if one.date >= day), self.days[-1])

    def registered_at(self, day: date) -> float:
        """Return how many people are expected to be registered at the end of a day."""
        if day < self.days[0].date:
            return self.registered_before
        return self.on(day).registered

    @property
    def at_deadline(self) -> DayFigures | None:
        """The figures of the deadline's day; None without one, or where it has passed."""
        if self.deadline is None or self.deadline < self.days[0].date:
            return None
        return self.on(self.deadline)

    @property
    def missing_at_deadline(self) -> float | None:
        """How many people are expected not to be registered at the end of the deadline's day."""
        at_deadline = self.at_deadline
        return None if at_deadline is None else self.people - at_deadline.registered

    def day_of(self, share: float) -> date | None:
        """Return the day at whose end so large a share is registered, None for never.

        People are counted whole, as they are told: with 2,700 of 3,000 it is 90%.
        """
        enough = share * self.people - _ROUNDING
        return next((day.date for day in self.days if round(day.registered) >= enough), None)

    def weeks(self) -> list[WeekFigures]:
        """Return the figures by weeks; the first begins with the first day."""
        return [_week(self.days[at : at + _WEEK]) for at in range(0, len(self.days), _WEEK)]


def _week(days: Sequence[DayFigures]) -> WeekFigures:
    last = days[-1]
    return WeekFigures(
        first=days[0].date,
        last=last.date,
        mails={kind: sum(day.mails[kind] for day in days) for kind in MailKind},
        busiest_mailbox=max(day.busiest_mailbox for day in days),
        registered=last.registered,
        registered_low=last.registered_low,
        registered_high=last.registered_high,
    )
