"""The plots of groups, of times and of mails that worked."""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from database.figures.overview import Overview
from domain.mail.shown.names import mail_name, mail_order
from domain.status import InviteStatus
from domain.tables.people import PeopleCount
from domain.wording.counted import counted
from templates.plots.plot import Plot, Series, Shape

MOST_BARS = 12
DAYS = 21
NO_DEPARTMENT = "No department"


def by_group(counts: Iterable[tuple[str | None, PeopleCount]], *, title: str, name: str) -> Plot:
    """Return the plot of the largest batches or departments: registered people, and the others."""
    groups = sorted(counts, key=lambda one: (-one[1].total, one[0] or ""))
    largest = groups[:MOST_BARS]
    registered = tuple(float(_active(count)) for _, count in largest)
    rest = tuple(float(count.total - _active(count)) for _, count in largest)
    more = len(groups) - len(largest)
    return Plot(
        title=title,
        description=f"The {len(largest)} largest." if more else f"All {len(largest)}.",
        labels=tuple(group or NO_DEPARTMENT for group, _ in largest),
        series=(Series("Registered", registered), Series("Not registered", rest)),
        label_name=name,
        shape=Shape.BARS,
    )


def days_to_register(overview: Overview) -> Plot:
    """Return the plot of how many days people took from their invitation to the registration."""
    took = overview.days_to_register
    last = min(max(took, default=0), DAYS)
    numbers = [float(took.get(day, 0)) for day in range(last + 1)]
    labels = [str(day) for day in range(last + 1)]
    if max(took, default=0) > DAYS:
        numbers[-1] = float(sum(count for day, count in took.items() if day >= DAYS))
        labels[-1] = f"{DAYS} and more"
    return Plot(
        title="Days from invitation to registration",
        description=median_text(took),
        labels=tuple(labels),
        series=(Series("People", tuple(numbers) if took else (None,) * len(labels)),),
        label_name="Days",
        shape=Shape.COLUMNS,
    )


def median_text(took: Mapping[int, int]) -> str:
    """Say within how many days half of the people registered."""
    total = sum(took.values())
    if not total:
        return "Nobody has registered after a mail yet."
    days = sorted(took)
    seen = accumulate(took[day] for day in days)
    day = next(day for day, so_far in zip(days, seen, strict=True) if 2 * so_far >= total)
    return f"Half of the registered people needed at most {counted(day + 1, 'day')}."


def what_worked(overview: Overview) -> Plot:
    """Return the plot of the mails after which people registered."""
    after = overview.registered_after
    mails = sorted(after, key=mail_order)
    return Plot(
        title="Registered after which mail",
        description="Each person counts for the last mail before their registration.",
        labels=tuple(mail_name(mail) for mail in mails),
        series=(Series("People", tuple(float(after[mail]) for mail in mails)),),
        label_name="Mail",
        shape=Shape.BARS,
    )


def _active(count: PeopleCount) -> int:
    return count.by_status.get(InviteStatus.ACTIVE, 0)
