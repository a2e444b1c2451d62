"""Rates from what people of this rollout have done so far, beside what is assumed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import sqrt

from domain.enrolment.policy import Policy
from domain.forecast.rates import Rates, RatesSource, acted

# What is assumed counts as much as so many people: without it, the first few would decide.
ASSUMED_PEOPLE = 20
# With fewer invited people who have had time to act, all rates are the assumed ones.
LEAST_PEOPLE = 30
# The narrowest band: people of later batches differ from those of the first.
LEAST_BAND = 0.05
_ESCALATION = -1
_TWO_SIGMA = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenGroup:
    """People of a rollout who have come equally far.

    Attributes:
        people: how many.
        registered: whether they have registered.
        nudges: reminders and follow-ups that each of them has had.
        escalated: whether their manager was told.
        clicked_only: whether they clicked and then needed a further mail, or still have to act.
        days: days since their last mail; None where that is longer ago than anybody acts after.
        acted_after: of people who registered, whole days from their last mail; None if unknown.
        settled: whether that mail is so long ago that everybody has acted who does.
    """

    people: int
    registered: bool
    nudges: int
    escalated: bool
    clicked_only: bool = False
    days: float | None = None
    acted_after: int | None = None
    settled: bool = True


@dataclass(slots=True)
class _Stage:
    """A mail: how many have registered after it, of how many who had the whole time for it."""

    registered: float = 0.0
    exposed: float = 0.0

    def share(self, assumed: float) -> float:
        weight = self.exposed + ASSUMED_PEOPLE
        return min(1.0, (self.registered + ASSUMED_PEOPLE * assumed) / weight)


@dataclass(slots=True)
class _Seen:
    stages: dict[int, _Stage] = field(default_factory=dict)

    def stage(self, mail: int) -> _Stage:
        return self.stages.setdefault(mail, _Stage())


def seen_rates(groups: Iterable[SeenGroup], policy: Policy, assumed: Rates | None = None) -> Rates:
    """Return the rates seen so far; what is assumed, where too few people were invited.

    A person counts for every mail that they have had, as far as they had time to act after it: who
    was escalated a day after a reminder had one day for that reminder.
    """
    assumed = assumed or Rates()
    groups = list(groups)
    seen = _Seen()
    for group in groups:
        _count(group, seen, policy, assumed.curve)
    invited = seen.stage(0)
    if invited.exposed < LEAST_PEOPLE:
        return assumed
    numbers = range(1, len(assumed.reminders) + 1)
    invitation = invited.share(assumed.invitation)
    return replace(
        assumed,
        invitation=invitation,
        reminders=tuple(
            _pooled(seen, number, last=number == len(assumed.reminders)).share(
                assumed.after_reminder(number)
            )
            for number in numbers
        ),
        escalation=seen.stage(_ESCALATION).share(assumed.escalation),
        clicks_only=_clicks_only(groups, assumed),
        delays=_delays(groups, assumed),
        band=_band(invitation, invited.exposed + ASSUMED_PEOPLE, assumed.band),
        source=RatesSource.SEEN,
    )


def _count(group: SeenGroup, seen: _Seen, policy: Policy, curve: tuple[float, ...]) -> None:
    """Count a group for each mail that its people have had."""
    one_day = acted(curve, policy.escalation_grace / policy.day)
    last = _last_mail(group, policy)
    mails = [*range(group.nudges + 1), *([_ESCALATION] if group.escalated else [])]
    for mail in mails:
        stage = seen.stage(mail)
        exposed = one_day if mail == policy.escalate_after and group.escalated else 1.0
        if mail == last:
            if group.registered:
                stage.registered += group.people
            elif group.days is not None:
                exposed = min(exposed, acted(curve, group.days))
        stage.exposed += group.people * exposed


def _last_mail(group: SeenGroup, policy: Policy) -> int:
    told_last = group.escalated and group.nudges <= policy.escalate_after
    return _ESCALATION if told_last else group.nudges


def _pooled(seen: _Seen, number: int, *, last: bool) -> _Stage:
    """Return a reminder's stage; the last one stands for all further reminders."""
    stages = [
        stage for mail, stage in seen.stages.items() if (mail >= number if last else mail == number)
    ]
    return _Stage(
        registered=sum(stage.registered for stage in stages),
        exposed=sum(stage.exposed for stage in stages),
    )


def _clicks_only(groups: Iterable[SeenGroup], assumed: Rates) -> float:
    """Return how many click and don't register, of the people who got an invitation or reminder."""
    clicked, mails = ASSUMED_PEOPLE * assumed.clicks_only, float(ASSUMED_PEOPLE)
    for group in groups:
        if group.clicked_only:
            clicked += group.people
        mails += group.people * (1 + group.nudges)
    return clicked / mails


def _delays(groups: Iterable[SeenGroup], assumed: Rates) -> tuple[float, ...]:
    """Return how soon people acted after their last mail, where all had time to."""
    counts = [ASSUMED_PEOPLE * delay for delay in assumed.delays]
    for group in groups:
        if group.registered and group.settled and group.acted_after is not None:
            counts[min(max(0, group.acted_after), len(counts) - 1)] += group.people
    total = sum(counts)
    return tuple(count / total for count in counts)


def _band(share: float, people: float, widest: float) -> float:
    """Return by how much a share of so many people may be wrong, as a share of itself."""
    if share <= 0:
        return widest
    return min(widest, max(LEAST_BAND, _TWO_SIGMA * sqrt((1 - share) / (share * people))))
