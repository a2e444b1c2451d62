"""The events of a person's story, as they are told when the histories are gone."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.tables.values import Json


class StoryKind(StrEnum):
    """What happened to a person."""

    IMPORTED = "imported"
    INVITED = "invited"
    OPENED = "opened"
    CLICKED = "clicked"
    ADDED_TO_GROUP = "added-to-group"
    REMINDED = "reminded"
    FOLLOWED_UP = "followed-up"
    ESCALATED = "escalated"
    BOUNCED = "bounced"
    RESENT = "resent"
    RETRIED = "retried"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHECKED = "checked"
    REGISTERED = "registered"
    PROBLEM_MET = "problem-met"
    PROBLEM_SOLVED = "problem-solved"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """One event of a person's story.

    ``run_id`` is the workflow run in which the event was born and ``number`` its place there: they
    stay the same however often the event is written, so it is stored once.
    """

    run_id: str
    number: int
    at: datetime
    kind: StoryKind
    data: dict[str, Json] = field(default_factory=dict)
    actor: str | None = None
