"""The settings in force, and whom a change of one concerns."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.tables import TablesOf
from api.services import ServicesOf
from client.portal.settings_in_force import read_settings_in_force
from domain.portal.roles import Permission

router = rest_router("rollout")

SETTINGS = "/api/settings"

SettingsReaderOf = Annotated[Caller, Depends(allowed(Permission.SETTINGS))]


class SettingModel(RestModel):
    """One setting that steers the rollout."""

    name: str = Field(description="The variable.", examples=["REMINDER_INTERVAL"])
    does: str = Field(description="What it does.", examples=["Time between two reminders"])
    value: str = Field(description="Its value, in words.", examples=["7 days"])
    of_worker: bool = Field(
        description="Whether it is what a worker was started with; false: this API was."
    )
    affects: str = Field(
        description="Who is affected by a change.",
        examples=["Only people who are imported later."],
    )


class SettingsModel(RestModel):
    """The settings that steer the rollout; secrets are not among them."""

    settings: list[SettingModel] = Field(description="The settings.")


@router.get(SETTINGS, operation_id="listSettings")
async def list_settings(
    _: SettingsReaderOf, services: ServicesOf, tables: TablesOf
) -> SettingsModel:
    """List the settings that steer the rollout, and who is affected by a change."""
    config = services.config
    async with tables.reading() as connection:
        found = await read_settings_in_force(
            connection, config.policy, config.pace, config.deadline
        )
    return SettingsModel(settings=[SettingModel.model_validate(one) for one in found.as_json()])
