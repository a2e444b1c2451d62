"""Who calls, as the API has verified it."""

from pydantic import Field

from api.admin.auth import CallerOf
from api.admin.rest.models import RestModel, rest_router
from domain.portal.roles import Permission, Role, permissions_of

router = rest_router("me")

ME = "/api/me"


class MeModel(RestModel):
    """Who calls, and what they may do."""

    object_id: str = Field(
        description="The ObjectId of the person, or of the app itself.",
        examples=["3c5b0000-0000-4000-8000-000000000002"],
    )
    name: str | None = Field(description="The name in the token.", examples=["Ada Lovelace"])
    app: str = Field(
        description="The application ID of the program.",
        examples=["14d82eec-204b-4c2f-b7e8-296a70dab67e"],
    )
    is_person: bool = Field(description="Whether the program acts for a person.")
    roles: list[Role] = Field(description="The app roles.")
    permissions: list[Permission] = Field(description="What the roles include.")


@router.get(ME, operation_id="whoAmI")
async def who_am_i(caller: CallerOf) -> MeModel:
    """Tell who calls by the word of the tenant, and what they may do; needs no role."""
    return MeModel(
        object_id=caller.object_id,
        name=caller.name,
        app=caller.app,
        is_person=caller.is_person,
        roles=sorted(caller.roles),
        permissions=list(permissions_of(caller.roles)),
    )
