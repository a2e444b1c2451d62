"""One sender mailbox's days: which mails leave it, by its budgets, and who registers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.forecast.cohort import Cohort, Rules
from domain.forecast.days import ForecastDay, SendingHours, sendable
from domain.status import MailKind
from domain.tables.mail import MailLimits

_NUDGES = frozenset({MailKind.REMINDER, MailKind.FOLLOW_UP})
# Fewer people than this are nobody: without it, cohorts would go on for ever.
NOBODY = 0.001
# How often on one day a person may get a mail, where intervals are shorter than a day.
_ROUNDS = 50


@dataclass(slots=True)
class MailboxDay:
    """What one day brings: mails by kind, and people who register."""

    mails: dict[MailKind, float] = field(default_factory=lambda: dict.fromkeys(MailKind, 0.0))
    registered: float = 0.0
    last_invitation_at: datetime | None = None

    @property
    def all_mails(self) -> float:
        """Mails of all kinds."""
        return sum(self.mails.values())

    def times(self, mailboxes: int) -> "MailboxDay":
        """Return the day of so many mailboxes that are alike."""
        return MailboxDay(
            mails={kind: mails * mailboxes for kind, mails in self.mails.items()},
            registered=self.registered * mailboxes,
            last_invitation_at=self.last_invitation_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Whether mails leave a mailbox at all in a forecast, and from when on; None for at once."""

    ever: bool = True
    not_before: datetime | None = None


class MailboxForecast:
    """The people of one mailbox, day after day."""

    def __init__(
        self,
        cohorts: Iterable[Cohort],
        rules: Rules,
        limits: MailLimits,
        sending: Sending | None = None,
    ) -> None:
        """Begin with these people, whose next mail is planned already."""
        self._rules = rules
        self._limits = limits
        self._sending = sending or Sending()
        self._cohorts: dict[tuple[object, ...], Cohort] = {}
        for cohort in cohorts:
            self._keep(cohort)

    @property
    def sends(self) -> bool:
        """Say whether mails leave it at all."""
        return self._sending.ever

    @property
    def waiting(self) -> float:
        """How many people a mail is planned for."""
        return sum(cohort.size for cohort in self._cohorts.values() if cohort.due)

    @property
    def to_invite(self) -> float:
        """How many people an invitation is planned for."""
        return sum(
            cohort.size
            for cohort in self._cohorts.values()
            if cohort.due and _kind(cohort) is MailKind.INVITATION
        )

    @property
    def may_act(self) -> bool:
        """Say whether anybody is still expected to register after a mail."""
        return any(cohort.mail for cohort in self._cohorts.values())

    def play(self, day: ForecastDay) -> MailboxDay:
        """Let one day pass."""
        done = MailboxDay()
        for _ in range(_ROUNDS):
            due = self._take_due(day)
            if not due or not self._send(due, day, done):
                break
        for key in [key for key, one in self._cohorts.items() if one.mail]:
            cohort = self._cohorts.pop(key)
            self._act(cohort, day.ends, done)
            self._keep(cohort)
        return done

    def _keep(self, cohort: Cohort) -> None:
        """Keep people with those who stand alike."""
        if cohort.size < NOBODY or (cohort.due is None and cohort.mail is None):
            return
        known = self._cohorts.setdefault(cohort.key, cohort)
        if known is cohort:
            return
        known.size += cohort.size

    def _take_due(self, day: ForecastDay) -> list[Cohort]:
        """Take out the people whose mail is due before the mailbox stops sending today."""
        if not self.sends:
            return []
        keys = [
            key
            for key, one in self._cohorts.items()
            # Of most it is plain without a look at their hours.
            if one.due and one.due[0] < day.ends and one.due[0] < self._hours(day, one).closes
        ]
        due = [self._cohorts.pop(key) for key in keys]
        return sorted(due, key=_by_priority)

    def _send(self, due: list[Cohort], day: ForecastDay, done: MailboxDay) -> bool:
        """Send what the budgets allow, and say whether anything left."""
        open_hours = _together(self._hours(day, cohort) for cohort in due)
        nudges = sum(cohort.size for cohort in due if _kind(cohort) in _NUDGES)
        sent_any = False
        for cohort in due:
            assert cohort.due is not None  # noqa: S101 - they were chosen by it
            hours = self._hours(day, cohort)
            kind, at = _kind(cohort), max(cohort.due[0], hours.opens)
            self._act(cohort, at, done)
            room = min(
                self._room(kind, nudges, open_hours, done),
                sendable(self._limits, hours.closes - at),
            )
            size = min(cohort.size, room)
            if size > NOBODY:
                sent_any = True
                done.mails[kind] += size
                if kind is MailKind.INVITATION:
                    done.last_invitation_at = min(
                        self._left_at(open_hours.opens, at, done), hours.closes
                    )
                if kind in _NUDGES:
                    nudges -= size
                self._keep(self._rules.sent(cohort, size, at))
            if kind is MailKind.INVITATION:
                # Who waits for room in the budgets waits together, whatever their slot was.
                cohort.due = (hours.closes, cohort.due[1])
            self._keep(cohort)
        return sent_any

    def _hours(self, day: ForecastDay, cohort: Cohort) -> SendingHours:
        """Return from when until when these people may be mailed today."""
        hours, not_before = day.sending_hours(cohort.window), self._sending.not_before
        if not_before is None or not_before <= hours.opens:
            return hours
        return SendingHours(min(not_before, hours.closes), hours.closes)

    def _room(self, kind: MailKind, nudges: float, hours: SendingHours, done: MailboxDay) -> float:
        """Return how many more mails of a kind may leave today.

        Args:
            kind: of mail.
            nudges: reminders and follow-ups that are due today and have not left.
            hours: from when until when the mailbox sends today.
            done: what has left today.
        """
        limits, sent = self._limits, done.all_mails
        room = min(limits.for_others - sent, sendable(limits, hours.closes - hours.opens) - sent)
        if kind is MailKind.INVITATION:
            room = min(
                room, limits.weekday_limit - (sent - done.mails[MailKind.ESCALATION]) - nudges
            )
        return max(0.0, room)

    def _left_at(self, opens: datetime, at: datetime, done: MailboxDay) -> datetime:
        """Return when the last of today's mails leaves, one after the other by the rate."""
        limits, sent = self._limits, done.all_mails
        of_hour = min(limits.per_hour, limits.per_minute * (limits.hour / limits.minute))
        hours, rest = divmod(sent, of_hour)
        took = hours * limits.hour + rest * limits.minute / limits.per_minute
        return max(at, opens + took)

    def _act(self, cohort: Cohort, until: datetime, done: MailboxDay) -> None:
        registered, clicked = self._rules.act(cohort, until)
        done.registered += registered
        if clicked is not None:
            self._keep(clicked)


def _together(hours: Iterable[SendingHours]) -> SendingHours:
    """Return from the first opening until the last closing of some hours."""
    all_hours = list(hours)
    return SendingHours(min(one.opens for one in all_hours), max(one.closes for one in all_hours))


def _kind(cohort: Cohort) -> MailKind:
    assert cohort.due is not None  # noqa: S101 - only those with a mail that is due are asked
    return cohort.due[1].kind


def _by_priority(cohort: Cohort) -> tuple[bool, bool, datetime]:
    """Return the place in the mail queue: escalations first, then reminders, then invitations."""
    assert cohort.due is not None  # noqa: S101 - only those with a mail that is due are sorted
    kind = _kind(cohort)
    return kind is MailKind.INVITATION, kind is not MailKind.ESCALATION, cohort.due[0]
