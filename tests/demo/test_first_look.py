"""What the demo says about itself: where it is, what to try, what is slow."""

import io
import shlex
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from demo.layout import Layout, Ports, free_ports
from demo.places import has_display, places, suggestions
from demo.rollout.stories import Persona, Sight, Step, told
from demo.rollout.table import funnel
from demo.rollout.watch import behind_line
from demo.run import fitting_day, whole_second
from demo.waits import Waits
from domain.demo_calendar import DemoCalendar
from domain.status import MailKind
from simulated_tenant.population import people
from tests.documents.test_commands import understood

TWO_SECONDS = timedelta(seconds=2)
PERSONAS = [
    Persona(
        address=address,
        object_id=person.object_id,
        name=person.name,
        kind=person.kind.value,
        story="",
        expected={},
    )
    for address, person in people().items()
]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A demo that was never started."""
    return Layout.fresh(tmp_path, 2)


def test_suggests_five_things_that_exist(layout: Layout) -> None:
    """Each is a page of the demo, or a command that the program understands, with a real name."""
    suggested = suggestions(layout, PERSONAS, "mfa-rollout")
    assert len(suggested) == 5
    pages = {layout.api, layout.tenant}
    for _what, how in suggested:
        if how.startswith("http"):
            assert how.startswith(tuple(pages))
        else:
            words = shlex.split(how)
            understood(words[1:])
            assert [word for word in words if "@" in word and word not in people()] == []
    assert suggested[0][1] == places(layout, PERSONAS)["The portal, for admins"]


def test_listens_where_it_usually_does_unless_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each usual port that is free is taken, and another in place of one that isn't."""
    usual = Ports(*free_ports(5))
    monkeypatch.setattr("demo.layout.USUAL_PORTS", usual)
    with socket.create_server(("127.0.0.1", usual.api)):
        layout = Layout.fresh(tmp_path, 2, usual_ports=True)
    assert layout.api_port not in usual
    assert {layout.temporal_port, layout.temporal_ui_port, layout.tenant_http_port} & set(usual)


@pytest.mark.parametrize(
    ("environment", "opens"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": ":0", "CI": "true"}, False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
    ],
)
def test_opens_a_browser_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], opens: bool
) -> None:
    """Without a display, over SSH and in CI nothing is opened, nor where no terminal is."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert has_display(environment) is opens
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert not has_display(environment)


def test_names_the_part_that_is_awaited() -> None:
    """The longest wait comes first; when all are up, the slow one is named if there is one."""
    now = 100.0
    waits = Waits(lambda: now)
    with waits.of("the worker"):
        now += 2
        with waits.of("the API"):
            now += 1
            assert waits.told() == "Waiting for the worker (3 s), the API (1 s)"
    assert waits.slow() is None
    with waits.of("the worker"):
        now += 40
    assert waits.slow() == "This machine is slow just now: the worker took 40 s to start."


@pytest.mark.parametrize(
    ("lag", "line"),
    [
        (0.9, None),
        (
            3,
            (
                "This machine is behind: the worker answers after 3.0 s, which is 1.5 days here. "
                "Longer days help: --day 8."
            ),
        ),
    ],
)
def test_says_when_the_machine_is_behind(lag: float, line: str | None) -> None:
    """A wait of half a day shows in the stories, and is told with what helps."""
    assert behind_line(timedelta(seconds=lag), TWO_SECONDS) == line


def test_days_are_counted_from_the_start() -> None:
    """A story names the day of each step, day 0 being the first, however long a day lasts."""
    start = datetime(2026, 11, 27, 2, tzinfo=UTC)
    steps = [
        Step(start + timedelta(seconds=1.9), "invitation"),
        Step(start + timedelta(seconds=14), "reminder"),
    ]
    assert told(steps, start=start, day=TWO_SECONDS) == "day 0 invitation, day 7 reminder"


@pytest.mark.parametrize(("start", "day"), [(3, 2), (7, 2), (8, 3), (14, 4), (28, 8), (90, 12)])
def test_days_are_longer_on_a_slow_machine(start: float, day: float) -> None:
    """Where parts need long to start, people would act before the product can, and days stretch."""
    assert fitting_day(TWO_SECONDS, start) == timedelta(seconds=day)
    assert fitting_day(timedelta(seconds=60), start) == timedelta(seconds=60)


def test_a_day_begins_with_a_second() -> None:
    """What the list keeps, which is whole seconds, has the day that the story has."""
    at = datetime(2026, 11, 27, 16, 17, 32, 900000, tzinfo=UTC)
    calendar = DemoCalendar(whole_second(at) - 14 * TWO_SECONDS, TWO_SECONDS)
    assert calendar.number(at) == calendar.number(at.replace(microsecond=0)) == 14


def test_what_takes_long_anywhere_is_no_sign_of_a_slow_machine() -> None:
    """It is told while it is awaited, and forgotten then."""
    times = iter((0.0, 20.0, 40.0))
    waits = Waits(clock=lambda: next(times))
    with waits.of("5,000 past people", tells_speed=False):
        assert waits.told() == "Waiting for 5,000 past people (20 s)"
    assert (waits.slow(), waits.longest) == (None, 0.0)


@pytest.mark.wording
def test_the_funnel_fits_a_terminal_of_80_columns() -> None:
    """A bar for each status, and the mails in one line."""
    sight = Sight(
        row={"InviteStatus": "Sent"},
        mails=dict.fromkeys(MailKind, 100),
        in_group=False,
        registered=False,
        workflow="running",
    )
    console = Console(width=80, file=io.StringIO())
    with console.capture() as captured:
        console.print(funnel({"ada": sight}, day=123))
    lines = captured.get().splitlines()
    assert "Day 123" in lines
    mails = "Mails: 100 invitations, 100 reminders, 100 follow-ups, 100 to managers."
    assert lines[-1] == mails
