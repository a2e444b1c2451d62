"""Who is invited when: waves, a day's budget, and the send window, for a whole import."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from domain.enrolment.policy import DAY
from domain.mail.outbound_policy import SendingNeed, exceeds_strict
from domain.mail.send_window import SendWindow, share_of
from domain.tables.mail import MailLimits

# Reminders and escalations keep their share of a mailbox's day.
INVITATION_SHARE = MailLimits().invitation_share
_ROUNDING = 1e-6
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast an import may invite.

    Attributes:
        wave_size: people in a wave, None for all at once.
        wave_interval: from one wave to the next.
        per_minute: mails a minute that a sender mailbox may send.
        per_hour: mails an hour that it may send.
        per_day: mails in 24 hours that it may send; invitations may use 60 %.
        senders: how many mailboxes share the work.
        mailboxes: their places in ``SENDER_MAILBOXES``; empty for the first ones.
        window: when mails may leave.
    """

    wave_size: int | None = None
    wave_interval: timedelta = DAY
    per_minute: float = 25
    per_hour: int = 350
    per_day: int = 750
    senders: int = 1
    mailboxes: tuple[int, ...] = ()
    window: SendWindow = field(default_factory=SendWindow)

    @property
    def invitations_per_day(self) -> int:
        """Invitations that may leave in 24 hours."""
        return max(1, int(self.per_day * INVITATION_SHARE) * self.senders)

    def mailbox_of(self, object_id: str) -> int:
        """Return the place in ``SENDER_MAILBOXES`` of the mailbox that mails this person."""
        number = int(share_of(object_id) * self.senders)
        return self.mailboxes[number] if self.mailboxes else number

    def need(self, count: int) -> SendingNeed:
        """Return how many days, or how many mailboxes for one day, so many invitations need."""
        of_one = max(1, int(self.per_day * INVITATION_SHARE))
        return SendingNeed(
            days=-(-count // self.invitations_per_day),
            mailboxes=-(-count // of_one),
            more_than_strict=exceeds_strict(self.per_hour, self.per_day),
        )

    def slot(self, index: int, start: datetime) -> datetime | None:
        """Return when the person at this place of the import is invited at the earliest.

        None for at once. The mail queue spaces the mails of one slot by itself. Days are those of
        the window's zone: a wave comes at the same time of the day also when the clocks changed.
        """
        wave = 0 if self.wave_size is None else index // self.wave_size
        delay = max(wave * self.wave_interval, index // self.invitations_per_day * DAY)
        if not delay:
            return None
        here = start.astimezone(ZoneInfo(self.window.time_zone))
        return self.window.next_open((here + delay).astimezone(UTC))

    def slots(self, count: int, start: datetime) -> Iterator[tuple[datetime | None, int]]:
        """Yield each slot of an import of so many people, and how many people have it."""
        index = 0
        while index < count:
            following = self._next_slot(index, count)
            yield self.slot(index, start), following - index
            index = following

    def invitations_by_day(self, count: int, start: datetime) -> dict[date, int]:
        """Return how many invitations leave on each day of the send window's zone.

        What a day's budget, or its hours, have no room for leaves on the next; days without mail
        are told as zeros.
        """
        zone = ZoneInfo(self.window.time_zone)
        due: defaultdict[date, list[tuple[datetime, int]]] = defaultdict(list)
        for slot, people in self.slots(count, start):
            at = self.window.next_open(slot or start)
            due[at.astimezone(zone).date()].append((at, people))
        by_day: dict[date, int] = {}
        waiting, day = 0, min(due, default=date.min)
        while waiting or due:
            leaving = self._most_on(day, start)
            for at, people in due.pop(day, []):
                # Those of a later hour have the rest of the day, whatever was left unused before.
                leaving = min(leaving, waiting + self._most_on(day, at))
                waiting += people
            by_day[day] = min(waiting, leaving)
            waiting -= by_day[day]
            day += timedelta(days=1)
        return by_day

    def last_invitation_at(self, count: int, start: datetime) -> datetime | None:
        """Return when the last of so many invitations leaves, None where there are none.

        An estimate from below: other mails of the mailboxes, and people who register before their
        turn, are left out.
        """
        if count == 0:
            return None
        spacing = timedelta(minutes=1) / (self.per_minute * self.senders)
        at = start - spacing
        index = 0
        while index < count:
            at = self.window.next_open(max(at + spacing, self.slot(index, start) or start))
            # Those of the same slot follow one by one until the window closes.
            until_closing = -((at - self.window.closing_after(at)) // spacing) - 1
            followers = min(until_closing, self._next_slot(index, count) - index - 1)
            at += followers * spacing
            index += followers + 1
        # Slots that fall on the same open day share its budget.
        day, on_it = list(self.invitations_by_day(count, start).items())[-1]
        midnight = datetime.combine(day, time(), ZoneInfo(self.window.time_zone))
        opening = self.window.next_open(max(midnight, start)).astimezone(UTC)
        return max(at, opening + (on_it - 1) * spacing)

    def _most_on(self, day: date, start: datetime) -> int:
        """Return how many invitations may leave on a day at most, all mailboxes together."""
        hours, rest = divmod(self.window.open_for(day, start), _HOUR)
        of_hour = min(self.per_hour, self.per_minute * 60)
        of_rest = min(self.per_hour, self.per_minute * (rest / _MINUTE))
        # The first one leaves at the opening, so that the last needs no whole turn.
        most = ceil((hours * of_hour + of_rest) * self.senders - _ROUNDING)
        return max(0, min(most, self.invitations_per_day))

    def _next_slot(self, index: int, count: int) -> int:
        """Return the place of the first person who has a later slot, or ``count``."""
        sizes = [self.invitations_per_day, *([self.wave_size] if self.wave_size else [])]
        return min(count, *((index // size + 1) * size for size in sizes))
