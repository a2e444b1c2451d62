"""Lists that people give a name: one's own, and those that others share."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import HTTPException, Path
from pydantic import Field, StringConstraints

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, body_of, problems, rest_router
from api.admin.rest.people.filters import FilterModel
from api.admin.rest.request import AskedOf
from api.admin.rest.tables import TablesOf
from api.lists.views import view_json, view_query
from database.portal.saved_views import change_view, delete_view, read_views, save_view
from domain.plain_text import bounded_line
from domain.portal.roles import Permission
from domain.portal.saved_view import LONGEST_NAME, MOST_OF_ONE, SavedView
from domain.tables.people import PeopleOrder

router = rest_router("people")

VIEWS = "/api/views"
VIEW = VIEWS + "/{viewId}"
ViewId = Annotated[UUID, Path(alias="viewId", description="`viewId` of the view.")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)
]
_NAME = Field(description="What it is called.", examples=["Finance waits"])
_SHARED = "Whether others may open it; only its owner changes it."
_NOT_YOURS = "No view of yours has this id; GET /api/views lists them."


class WantedViewModel(RestModel):
    """A list that is kept."""

    name: Name = _NAME
    shared: bool = Field(default=False, description=_SHARED)
    filter: FilterModel = Field(description="Who is on it.", examples=[{"status": "Sent"}])
    sort: PeopleOrder = Field(
        default=PeopleOrder.NAME, description="By what, as of `GET /api/people`."
    )
    descending: bool = Field(
        default=False, description="The last, or latest, first: by `name` and `changed`."
    )


class ViewModel(RestModel):
    """A list that somebody has given a name."""

    view_id: str = Field(description="Its id.", examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"])
    name: str = _NAME
    filter: FilterModel = Field(
        description="Who is on it: each that isn't null is a parameter of `GET /api/people`."
    )
    unknown_filters: list[str] = Field(
        description="What else it asks for, and this version doesn't know: it isn't in `filter`, "
        "which finds more people.",
        examples=[["Status: Invited"]],
    )
    sort: PeopleOrder = Field(description="By what.")
    descending: bool = Field(description="The last, or latest, first.")
    shared: bool = Field(description=_SHARED)
    is_mine: bool = Field(description="Whether it is the caller's.")
    created_at: datetime = Field(description="When it was saved.")


class ViewsModel(RestModel):
    """Views by name."""

    views: list[ViewModel] = Field(description="The caller's, and those that others share.")


class ChangedViewModel(RestModel):
    """What is changed; what isn't given stays."""

    name: Name | None = Field(default=None, description="What it is called from now on.")
    shared: bool | None = Field(default=None, description=_SHARED)


class DeletedViewModel(RestModel):
    """A view that is gone."""

    view_id: str = Field(description="Its id.", examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"])
    deleted: bool = Field(description="Always true.", examples=[True])


@router.get(VIEWS, operation_id="listViews")
async def list_views(caller: LookerOf, tables: TablesOf) -> ViewsModel:
    """List the views of the caller, and those that others share."""
    async with tables.reading() as connection:
        views = await read_views(connection, caller.object_id)
    return ViewsModel(views=[_model(one, caller.object_id) for one in views])


@router.post(
    VIEWS,
    operation_id="saveView",
    status_code=HTTPStatus.CREATED,
    responses=problems(409, 413),
    openapi_extra=body_of(WantedViewModel),
)
async def save(caller: LookerOf, asked: AskedOf) -> ViewModel:
    """Keep a filter of people, and their order; a view of the caller of this name is replaced."""
    wanted = await asked.body(WantedViewModel)
    try:
        query = view_query(wanted.filter.as_filter(), wanted.sort, descending=wanted.descending)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    view = SavedView(
        view_id=str(uuid4()),
        owner_id=caller.object_id,
        name=_name(wanted.name),
        shared=wanted.shared,
        filters=query.values,
        created_at=datetime.now(UTC),
    )
    async with asked.tables.writing() as connection:
        if not await save_view(connection, view):
            raise HTTPException(
                HTTPStatus.CONFLICT, f"You have {MOST_OF_ONE} views already: delete one first."
            )
    return _model(view, caller.object_id)


@router.post(
    VIEW + "/change",
    operation_id="changeView",
    responses=problems(404, 413),
    openapi_extra=body_of(ChangedViewModel),
)
async def change(view_id: ViewId, caller: LookerOf, asked: AskedOf) -> ViewModel:
    """Rename or share a view of one's own."""
    wanted = await asked.body(ChangedViewModel)
    name = None if wanted.name is None else _name(wanted.name)
    async with asked.tables.writing() as connection:
        is_mine = await change_view(
            connection, str(view_id), caller.object_id, name=name, shared=wanted.shared
        )
        views = await read_views(connection, caller.object_id) if is_mine else []
    view = next((one for one in views if one.view_id == str(view_id)), None)
    if view is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, _NOT_YOURS)
    return _model(view, caller.object_id)


@router.delete(VIEW, operation_id="deleteView", responses=problems(404))
async def delete(view_id: ViewId, caller: LookerOf, tables: TablesOf) -> DeletedViewModel:
    """Delete a view of one's own; who may act on many people deletes anybody's."""
    owner = None if caller.may(Permission.BULK) else caller.object_id
    async with tables.writing() as connection:
        if not await delete_view(connection, str(view_id), owner_id=owner):
            raise HTTPException(HTTPStatus.NOT_FOUND, _NOT_YOURS)
    return DeletedViewModel(view_id=str(view_id), deleted=True)


def _name(text: str) -> str:
    """Return a name in one line.

    Raises:
        HTTPException: 422, nothing of it can be seen.
    """
    name = bounded_line(text, LONGEST_NAME)
    if not name:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "The view needs a name.")
    return name


def _model(view: SavedView, me: str) -> ViewModel:
    return ViewModel.model_validate(view_json(view, me))
