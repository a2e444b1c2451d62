"""What the overview takes from a forecast."""

from datetime import timedelta

from api.portal.overview.forecast import outlook_of, play_forward
from api.portal.overview.outlook import Outlook
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.sentences import condition
from tests.api.portal.portal import RunningPortal
from tests.database.values import NOW


def test_the_outlook_is_the_forecasts() -> None:
    """Each day has its two ends, the deadline's day among them, and the last invitation its day."""
    deadline = NOW.date() + timedelta(days=30)
    loads = [Load(groups=[Group(people=1000)])]
    made = forecast(Situation(start=NOW, loads=loads, deadline=deadline))
    outlook = outlook_of(made)
    assert outlook.expected is not None
    assert outlook.expected.first == NOW.date()
    assert len(outlook.expected.low) == len(outlook.expected.high) == len(made.days)
    assert outlook.at_deadline is not None
    low, high = outlook.at_deadline
    assert 0 < low < high <= 1000
    assert (low, high) == (round(outlook.expected.low[30]), round(outlook.expected.high[30]))
    assert outlook.last_invitation_at == made.last_invitation_at
    assert outlook.condition is None
    stopped = forecast(Situation(start=NOW, loads=loads, deadline=deadline, mail_stopped=True))
    assert outlook_of(stopped).at_deadline == (0, 0)
    assert outlook_of(stopped).condition == condition(stopped)


def test_of_nobody_nothing_is_expected() -> None:
    """Before the first import there is no band."""
    assert outlook_of(forecast(Situation(start=NOW, loads=[]))) == Outlook()


async def test_a_page_can_do_without_a_forecast(portal: RunningPortal) -> None:
    """Where none can be made there is no outlook, and no error."""
    async with portal.database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE enrolment")
    assert await play_forward(portal.api.app.state.portal) == Outlook()
