"""The forecast of an import that has not begun, and what would bring people through it sooner."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.enrolment.policy import Policy
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from domain.imports.pace import Pace
from domain.tables.mail import MailLimits

MORE_MAILBOXES = (1, 2)
# Less than this isn't worth a line: it is within what nobody can foresee.
_HELPS_PEOPLE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """An import as it would be started.

    Attributes:
        people: how many people it names.
        start: when it is started.
        pace: how fast it invites.
        policy: what steers the enrolments.
        deadline: the day by whose end everybody is to be registered.
        mail_stopped: whether all mail is stopped.
        blocked: which of its mailboxes may not send.
    """

    people: int
    start: datetime
    pace: Pace
    policy: Policy
    deadline: date | None = None
    mail_stopped: bool = False
    blocked: tuple[str, ...] = ()

    @property
    def limits(self) -> MailLimits:
        """The budgets of each mailbox."""
        return limits_of(self.pace)

    def situation(self) -> Situation:
        """Return where everybody stands when the import begins."""
        mailboxes, slots = self.pace.senders, self.pace.slots(self.people, self.start)
        one = [Group(people=people / mailboxes, invite_not_before=slot) for slot, people in slots]
        sending = mailboxes - len(self.blocked)
        all_others = [replace(group, people=group.people * sending) for group in one]
        return Situation(
            start=self.start,
            loads=(
                *([Load(groups=all_others, mailboxes=sending)] if sending else ()),
                *(Load(groups=one, sender=mailbox, blocked=True) for mailbox in self.blocked),
            ),
            mail_stopped=self.mail_stopped,
            policy=self.policy,
            limits=self.limits,
            deadline=self.deadline,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that brings people through a rollout sooner.

    Attributes:
        more_mailboxes: with so many more mailboxes; 0 for the present ones.
        without_waves: with everybody in one wave.
        days_earlier: by how many days the last invitation leaves earlier.
        more_registered: how many more people are registered at the deadline; None without one,
            and for less than one in a hundred.
    """

    more_mailboxes: int = 0
    without_waves: bool = False
    days_earlier: int = 0
    more_registered: float | None = None


def limits_of(pace: Pace) -> MailLimits:
    """Return a mailbox's budgets, as an import plans with them."""
    return MailLimits(per_minute=pace.per_minute, per_hour=pace.per_hour, per_day=pace.per_day)


def remedies(plan: ImportPlan, planned: Forecast) -> list[Remedy]:
    """Return what would help, as far as it helps: more mailboxes, or no waves.

    Two more mailboxes that help no more than one are left out.
    """
    pace = plan.pace
    tried = [
        (Remedy(more_mailboxes=more), faster)
        for more in MORE_MAILBOXES
        for faster in [replace(pace, senders=pace.senders + more)]
    ]
    if pace.wave_size is not None:
        without = Remedy(without_waves=True)
        tried.append((without, replace(pace, wave_size=None)))
    found: list[Remedy] = []
    for remedy, faster in tried:
        changed = forecast(replace(plan, pace=faster).situation(), planned.rates, band=False)
        helped = replace(
            remedy,
            days_earlier=_days_earlier(changed, planned),
            more_registered=_more_at_deadline(changed, planned),
        )
        helps = helped.days_earlier >= 1 or helped.more_registered is not None
        if helps and not any(_is_as_good(one, helped) for one in found):
            found.append(helped)
    return found


def import_forecast(plan: ImportPlan, rates: Rates | None = None) -> Forecast:
    """Play an import forward that has not begun."""
    return forecast(plan.situation(), rates)


def _days_earlier(changed: Forecast, planned: Forecast) -> int:
    before, after = planned.last_invitation_day, changed.last_invitation_day
    return 0 if before is None or after is None else (before - after).days


def _is_as_good(one: Remedy, other: Remedy) -> bool:
    """Say whether a remedy brings what another brings with more mailboxes."""
    if one.without_waves or other.without_waves:
        return False
    gains = [(of.days_earlier, round(of.more_registered or 0)) for of in (one, other)]
    return gains[0] == gains[1]


def _more_at_deadline(changed: Forecast, planned: Forecast) -> float | None:
    before, after = planned.at_deadline, changed.at_deadline
    if before is None or after is None:
        return None
    more = after.registered - before.registered
    return more if more >= _HELPS_PEOPLE * planned.people else None
