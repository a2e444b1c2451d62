"""Telling a person's story: what is kept of an enrolment when its history is gone."""

from collections.abc import Iterable
from datetime import datetime

from domain.enrolment.state import EnrolmentState
from domain.tables.story import StoryEvent, StoryKind
from domain.tables.values import Json

# While the database is away, events wait in the state; the oldest give way.
PENDING_KEPT = 500


def tell(
    state: EnrolmentState,
    kind: StoryKind,
    at: datetime,
    *,
    actor: str | None = None,
    **data: Json,
) -> None:
    """Add an event to the story; it is pending until the mirror has written it."""
    state.story_number += 1
    event = StoryEvent(
        run_id=state.run_id, number=state.story_number, at=at, kind=kind, data=data, actor=actor
    )
    state.story = [*state.story, event][-PENDING_KEPT:]


def drop_written(state: EnrolmentState, written: Iterable[StoryEvent]) -> None:
    """Forget these events: they are written."""
    numbers = {event.number for event in written}
    state.story = [event for event in state.story if event.number not in numbers]
