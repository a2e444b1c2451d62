"""What ``provision`` is run with."""

from pydantic import Field

from settings.database import DatabaseSettings
from settings.microsoft import MicrosoftSettings
from settings.values.identifiers import EXAMPLE_OF_SITE_ID, Guid, SiteId
from settings.values.secrets import ClientSecret


class ProvisionSettings(MicrosoftSettings, DatabaseSettings):
    """What ``provision`` is run with: an admin's own sign-in, not the worker's."""

    prefix_of_app = "PROVISION_"

    tenant_id: Guid = Field(
        description="Directory (tenant) ID, a GUID.",
        examples=["11111111-2222-4333-8444-555555555555"],
    )
    provision_client_id: Guid = Field(
        description="Application (client) ID of the app registration that may create lists and "
        "columns.",
        examples=["99999999-2222-4333-8444-555555555555"],
    )
    provision_client_secret: ClientSecret | None = Field(
        default=None, description="Its client secret; without it, you sign in with a browser."
    )
    site_id: SiteId = Field(
        description="ID of the SharePoint site with the tracking list, as Graph names it.",
        examples=[EXAMPLE_OF_SITE_ID],
    )
    list_id: Guid | None = Field(
        default=None,
        description="ID of the tracking list.",
        examples=["66666666-2222-4333-8444-555555555555"],
    )

    @property
    def needs_identity(self) -> bool:
        """Without a secret a person signs in."""
        return False
