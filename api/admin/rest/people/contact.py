"""Whom to call about a person."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import RestModel, problems, rest_router
from api.admin.rest.people.people import PERSON, PersonId, nobody
from api.admin.rest.tables import TablesOf
from database.enrolments.contact import read_call_entries
from database.enrolments.person import read_record
from domain.portal.call_list import NO_CALLS
from domain.portal.roles import Permission

router = rest_router("people")

CallerOfPeople = Annotated[Caller, Depends(allowed(Permission.CONTACT))]
"""Somebody who may see telephone numbers."""


class ContactModel(RestModel):
    """Telephone numbers, as Entra ID has them; null: not known."""

    phone: str | None = Field(description="The person's numbers.", examples=["+44 20 7946 0001"])
    manager_name: str | None = Field(
        description="The manager, once one was needed.", examples=["Grace Hopper"]
    )
    manager_phone: str | None = Field(
        description="The manager's numbers.", examples=["+44 20 7946 0002"]
    )


@router.get(PERSON + "/contact", operation_id="showContact", responses=problems(404))
async def show_contact(object_id: PersonId, _: CallerOfPeople, tables: TablesOf) -> ContactModel:
    """Tell by which telephone numbers a person and their manager are reached."""
    person = str(object_id)
    async with tables.reading() as connection:
        if await read_record(connection, person) is None:
            raise nobody()
        known = await read_call_entries(connection, [person])
    return ContactModel.model_validate(known.get(person, NO_CALLS))
