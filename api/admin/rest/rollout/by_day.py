"""What each of the last days brought, and how long people took to register."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.rollout.status import STATUS
from api.admin.rest.tables import TablesOf
from api.services import ServicesOf
from client.people.by_day import DEFAULT_DAYS, MOST_DAYS, by_day_json, read_by_day

router = rest_router("rollout")


class DayModel(RestModel):
    """What one day brought."""

    day: date = Field(description="The day, in `TIME_ZONE`.", examples=["2026-11-27"])
    invited: int = Field(description="Invitations that were sent.", examples=[320])
    opened: int = Field(description="People whose mail was opened for the first time.")
    clicked: int = Field(description="People who clicked for the first time.")
    reminded: int = Field(description="Reminders that were sent.")
    registered: int = Field(description="People who were seen to have registered.")


class DaysToRegisterModel(RestModel):
    """How many people took so long."""

    days: int = Field(description="Whole days from their last invitation.", examples=[0])
    people: int = Field(description="How many people.", examples=[120])


class DaysModel(RestModel):
    """The last days, today included."""

    days: list[DayModel] = Field(description="Each day, the oldest first.")
    days_to_register: list[DaysToRegisterModel] = Field(
        description="Everybody who registered after a mail, by how long they took."
    )


@router.get(STATUS + "/days", operation_id="countDays")
async def count_days(
    _: LookerOf,
    services: ServicesOf,
    tables: TablesOf,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="So many.")] = DEFAULT_DAYS,
) -> DaysModel:
    """Count what each of the last days brought: invitations, clicks, registrations."""
    config = services.config
    async with tables.reading() as connection:
        found = await read_by_day(
            connection,
            time_zone=config.time_zone,
            now=datetime.now(UTC),
            days=days,
            calendar=config.portal.demo_calendar if config.portal is not None else None,
        )
    return DaysModel.model_validate(by_day_json(found))
