"""Constants of workflow code that no history holds: whoever changes one stops enrolments."""

from datetime import UTC, datetime, timedelta

from domain import instants
from domain.enrolment import messages, problems, state
from domain.plain_text import LONGEST


def test_constants_that_replays_depend_on() -> None:
    """Another value needs ``workflow.patched``: see ``docs/changing-workflows.md``."""
    assert {
        "how many events are remembered": 100,
        "from when on a date is believed": datetime(2015, 1, 1, tzinfo=UTC),
        "how much clocks differ": timedelta(minutes=5),
        "how long a text of the list is": 255,
        "how long an event's id is": 100,
        "how long a problem's words are": 1000,
    } == {
        "how many events are remembered": state.SEEN_EVENTS_KEPT,
        "from when on a date is believed": instants.EARLIEST,
        "how much clocks differ": instants.CLOCKS_DIFFER,
        "how long a text of the list is": LONGEST,
        "how long an event's id is": messages.LONGEST_ID,
        "how long a problem's words are": problems.LONGEST_VALUE,
    }
