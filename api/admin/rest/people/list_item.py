"""A person's item on the tracking list, beside what was written to it last."""

import asyncio
from datetime import datetime
from http import HTTPStatus

from fastapi import HTTPException
from pydantic import Field, JsonValue

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, problems, rest_router
from api.admin.rest.people.people import PERSON, PersonId
from api.admin.rest.people.person_models import ObjectId
from api.admin.rest.tables import TablesOf
from api.services import ServicesOf
from client.people.list_item import NoListItem, compare_list_item, comparison_json
from domain.tracking_list.comparison import Verdict

router = rest_router("people")


class ColumnModel(RestModel):
    """One column that we write."""

    name: str = Field(description="The column.", examples=["InviteStatus"])
    on_list: JsonValue = Field(
        description="What stands on the list now; null also for a secret.", examples=["Sent"]
    )
    written: JsonValue = Field(
        description="What was written last; null also for a secret.", examples=["Sent"]
    )
    verdict: Verdict = Field(description="How they compare.", examples=["same"])


class ComparisonModel(RestModel):
    """A person's item on the tracking list, column by column."""

    object_id: ObjectId
    item_id: str = Field(description="The id of the item.", examples=["17"])
    written_at: datetime = Field(description="When it was written last.")
    differing: int = Field(description="How many columns are not as written.", examples=[0])
    columns: list[ColumnModel] = Field(description="The columns, those that differ first.")


@router.get(PERSON + "/list-item", operation_id="compareListItem", responses=problems(404))
async def compare(
    object_id: PersonId, _: LookerOf, services: ServicesOf, tables: TablesOf
) -> ComparisonModel:
    """Read a person's item on the tracking list now, and compare it with what was written."""
    if services.tracking_list is None:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "This API has no sign-in of its own that may read the list: set API_CLIENT_ID, "
            "SITE_ID and LIST_ID.",
        )
    seconds = services.config.result_within.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            found = await compare_list_item(
                tables, services.tracking_list, str(object_id), services.config.token_keys
            )
    except TimeoutError:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"SharePoint has not answered in {seconds:.0f} seconds.",
            headers={"Retry-After": "5"},
        ) from None
    except NoListItem:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "Nothing has been written to the list for this person yet."
        ) from None
    return ComparisonModel.model_validate(comparison_json(found))
