"""A person's story: numbered, kept while the database is away, forgotten once it is written."""

from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import PENDING_KEPT, drop_written, tell
from domain.tables.story import StoryEvent, StoryKind
from tests.domain.enrolment.states import SECOND, START


def test_events_are_numbered_in_the_run_that_they_are_born_in() -> None:
    """Each has its number, its actor and what it tells, from 1 on."""
    state = EnrolmentState(run_id="run")
    tell(state, StoryKind.INVITED, START)
    tell(state, StoryKind.PAUSED, START + SECOND, actor="admin@contoso.example", reason="leave")
    assert state.story == [
        StoryEvent(run_id="run", number=1, at=START, kind=StoryKind.INVITED),
        StoryEvent(
            run_id="run",
            number=2,
            at=START + SECOND,
            kind=StoryKind.PAUSED,
            data={"reason": "leave"},
            actor="admin@contoso.example",
        ),
    ]


def test_what_is_written_is_forgotten_and_numbers_go_on() -> None:
    """Exactly the written events go; the next one isn't numbered anew."""
    state = EnrolmentState(run_id="run")
    for _ in range(3):
        tell(state, StoryKind.OPENED, START)
    drop_written(state, [state.story[0], state.story[2]])
    assert [event.number for event in state.story] == [2]
    drop_written(state, state.story)
    tell(state, StoryKind.CLICKED, START)
    assert [event.number for event in state.story] == [4]


def test_the_oldest_give_way() -> None:
    """500 events wait for the database; of more, the latest are kept."""
    assert PENDING_KEPT == 500
    state = EnrolmentState(run_id="run")
    for _ in range(PENDING_KEPT + 2):
        tell(state, StoryKind.OPENED, START)
    numbers = [event.number for event in state.story]
    assert numbers == list(range(3, PENDING_KEPT + 3))
