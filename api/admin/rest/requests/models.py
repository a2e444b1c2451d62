"""A request about many people, as REST takes and tells it."""

from datetime import datetime
from typing import Self

from pydantic import Field, JsonValue, model_validator

from api.admin.rest.models import RestModel
from api.admin.rest.people.filters import FilterModel
from api.admin.rest.people.person_models import ObjectId
from api.admin.rest.request import Reason
from client.bulk.start import Selection
from domain.bulk.records import PersonOutcome, RequestAction
from domain.tables.rollout import RequestState

MOST_NAMED = 1000
_PEOPLE = Field(description="How many people it is about.", examples=[312])
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CONFIRMED = Field(
    default=None,
    description="The `peopleDigest` of the preview: where it would be about other people now, even "
    "if they are as many, nothing is done. Null: whoever is found.",
    examples=[_DIGEST],
)
PEOPLE_DIGEST = Field(
    description="Tells these people from others: send it with the request.", examples=[_DIGEST]
)
_REQUEST_ID = "0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"


class SelectionModel(RestModel):
    """What is asked for, and for whom: by a filter, or named."""

    action: RequestAction = Field(description="What; an import is taken back by its batch.")
    filter: FilterModel | None = Field(
        default=None,
        description="For everybody whom it finds.",
        examples=[{"department": "Finance", "ended": False}],
    )
    object_ids: list[ObjectId] = Field(
        default=[],
        max_length=MOST_NAMED,
        description="In place of a filter: for these people.",
        examples=[[]],
    )

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.action is RequestAction.UNDO_IMPORT:
            raise ValueError("an import is taken back under /api/batches/{batchId}/undo")
        self.selection()
        return self

    def selection(self) -> Selection:
        """Return who was chosen.

        Raises:
            ValueError: nothing, or in both ways, or an ObjectId is none.
            HTTPException: 422, people can't be filtered by this kind of attention.
        """
        wanted = None if self.filter is None else self.filter.as_filter()
        return Selection(wanted=wanted, object_ids=tuple(self.object_ids))


class WantedRequestModel(SelectionModel):
    """A request about many people."""

    reason: Reason = Field(
        description="Why: it stays in each person's history and in the audit log.",
        examples=["year-end closing"],
    )
    people: int | None = Field(
        default=None,
        description="How many people the preview has found: where it would be others now, nothing "
        "is done. Null: whoever is found.",
        examples=[312],
    )
    people_digest: str | None = CONFIRMED


class PreviewModel(RestModel):
    """Whom a request would meet."""

    action: RequestAction = Field(description="What would be asked for.")
    people: int = _PEOPLE
    ended: int = Field(description="Those of them whose enrolment has ended.", examples=[14])
    refused: int = Field(
        description="Those for whom there is nothing to do: paused already, for example."
    )
    unknown: int = Field(description="ObjectIds that nobody has.", examples=[0])
    asked: int = Field(description="How many will be asked.", examples=[297])
    people_digest: str = PEOPLE_DIGEST


class OutcomeModel(RestModel):
    """How many people had the same outcome."""

    outcome: PersonOutcome | None = Field(description="What came of it; null: they wait.")
    reason: str | None = Field(description="Why, for programs, or what a service said.")
    people: int = Field(description="How many.")


class RequestModel(RestModel):
    """A request about many people: how far it is, and what came of it."""

    request_id: str = Field(description="Its id.", examples=[_REQUEST_ID])
    action: RequestAction = Field(description="What was asked for.")
    actor: str = Field(description="Who asked.", examples=["Ada Lovelace"])
    reason: str | None = Field(description="Why.")
    selection: dict[str, JsonValue] = Field(
        description="For whom: a filter, how many were named as `people`, or a `batch`.",
        examples=[{"department": "Finance", "ended": False}],
    )
    state: RequestState = Field(description="How far it is.")
    requested_at: datetime = Field(description="When it was asked for.")
    finished_at: datetime | None = Field(description="When it ended.")
    people: int = _PEOPLE
    outcomes: list[OutcomeModel] = Field(description="What came of it, by how many people.")


class RequestsModel(RestModel):
    """Requests about many people, the latest first."""

    requests: list[RequestModel] = Field(description="The requests.")


class RequestedPersonModel(RestModel):
    """One person of a request."""

    object_id: ObjectId
    upn: str | None = Field(description="Their user principal name; null: they were erased.")
    outcome: PersonOutcome | None = Field(description="What came of it; null: they wait.")
    reason: str | None = Field(description="Why, for programs, or what a service said.")


class RequestedPeopleModel(RestModel):
    """A page of the people of a request."""

    people: list[RequestedPersonModel] = Field(description="The people.")
    next: str | None = Field(description="Send it as `after` for the next page; null: the last.")


class StoppingModel(RestModel):
    """A request that stops."""

    request_id: str = Field(description="Its id.", examples=[_REQUEST_ID])
    stopping: bool = Field(
        description="It ends after the people whose turn it is; what is done stays done.",
        examples=[True],
    )
