"""The forecast and a rollout of single people agree: docs/forecast.md says what is compared."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from database.engine import Database
from domain.enrolment.policy import Policy
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.plan import ImportPlan
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from domain.imports.options.options import ImportOptions
from domain.imports.pace import Pace
from domain.mail.send_window import WEEKDAYS, SendWindow
from domain.status import MailKind
from tests.client.forecast.simulated_people import Figures
from tests.client.forecast.simulation import Simulation, simulate

pytestmark = pytest.mark.long

PEOPLE = 2000
DAYS = 60
SEED = 1
START = datetime(2027, 1, 12, 13, tzinfo=UTC)
MOST = 0.05
WORKDAYS = SendWindow(
    opens=time(8),
    closes=time(17),
    days=("Mon", "Tue", "Wed", "Thu", "Fri"),
    closed_dates=(date(2027, 2, 1),),
    time_zone="Europe/Zurich",
)
MAILBOXES = ("mfa-1@contoso.com", "mfa-2@contoso.com", "mfa-3@contoso.com")
SCENARIOS = {
    "one mailbox at any hour": Pace(),
    "two mailboxes with a small budget on workdays": Pace(
        senders=2, per_day=200, per_hour=60, window=WORKDAYS
    ),
    # An import's own options in place of the settings: waves, hours, one of three mailboxes.
    "waves": ImportOptions(
        wave_size=250,
        wave_days=2,
        send_window="08:00-17:00",
        send_days=WORKDAYS.days,
        sender_mailboxes=(MAILBOXES[1],),
    ).pace(Pace(senders=3, window=replace(WORKDAYS, opens=time(0), days=WEEKDAYS)), MAILBOXES),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure as it was forecast and as it was simulated, and how much of what it differs by."""

    what: str
    forecast: float
    simulated: float
    of: float

    @property
    def difference(self) -> float:
        """The difference as a share."""
        return abs(self.forecast - self.simulated) / self.of


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """Give a database with all tables."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_simulated_rollout_agrees_with_its_forecast(
    database: Database, scenario: str
) -> None:
    """Mails and registrations of each week, each kind of mail, and the last invitation."""
    pace = SCENARIOS[scenario]
    plan = ImportPlan(people=PEOPLE, start=START, pace=pace, policy=Policy(window=pace.window))
    rates = Rates()
    simulation = Simulation(plan, rates, SEED)
    expected = forecast(_situation(simulation), rates, band=False)
    simulated = await simulate(database, simulation, days=DAYS)
    compared = _compare(expected, simulated)
    for one in compared:
        print(  # noqa: T201 - `make long` shows figures
            f"{scenario}: {one.what}: {one.forecast:.0f} forecast, {one.simulated:.0f} simulated, "
            f"{one.difference:.1%}"
        )
    assert [one for one in compared if one.difference > MOST] == []


def _situation(simulation: Simulation) -> Situation:
    """Return where everybody stands at the start, as the tables know it: by mailbox and slot."""
    plan = simulation.plan
    counted = Counter((one.sender, one.slot) for one in simulation.people)
    loads = [
        Load(
            groups=[
                Group(people=people, invite_not_before=slot)
                for (of, slot), people in counted.items()
                if of == mailbox
            ]
        )
        for mailbox in range(plan.pace.senders)
    ]
    return replace(plan.situation(), loads=loads)


def _compare(expected: Forecast, simulated: Figures) -> list[Compared]:
    """Return all figures of the first 60 days, as they were forecast and simulated."""
    first = START.date()
    days = [day for day in expected.days if day.date < first + timedelta(days=DAYS)]
    assert expected.last_invitation_day is not None
    assert simulated.last_invitation is not None
    last, counted = (
        (day - first).days + 1 for day in (expected.last_invitation_day, simulated.last_invitation)
    )
    compared = [Compared("days to the last invitation", last, counted, counted)]
    for kind in (MailKind.INVITATION, MailKind.REMINDER, MailKind.FOLLOW_UP, MailKind.ESCALATION):
        played, counted = sum(day.mails[kind] for day in days), simulated.total(kind)
        compared.append(Compared(f"{kind} mails", played, counted, counted))
    weeks = []
    mails = registered = 0
    for at in range(0, len(days) - 6, 7):
        week = days[at : at + 7]
        new = sum(simulated.mails[day.date].total() for day in week)
        mails += new
        registered += sum(simulated.registered[day.date] for day in week)
        weeks.append((f"week {at // 7 + 1}", week, new, mails, registered))
    busiest = max(new for _, _, new, _, _ in weeks)
    total = 0.0
    for name, week, new, mails, registered in weeks:
        played = sum(day.all_mails for day in week)
        total += played
        compared += [
            Compared(f"mails of {name}", played, new, busiest),
            Compared(f"mails until {name}", total, mails, mails),
            Compared(f"registered by {name}", week[-1].registered, registered, registered),
        ]
    most = max(simulated.busiest.values())
    compared.append(Compared("busiest day", max(d.busiest_mailbox for d in days), most, most))
    return compared
