"""What ``provision`` is run with."""

from pydantic import Field

from settings.base import Contradictions, contradiction
from settings.database import DatabaseSettings
from settings.microsoft import MicrosoftSettings
from settings.values.addresses import Mailboxes
from settings.values.identifiers import EXAMPLE_OF_SITE_ID, Guid, SiteId
from settings.values.secrets import ClientSecret


class ProvisionSettings(MicrosoftSettings, DatabaseSettings):
    """What ``provision`` is run with: an admin's own sign-in, not the worker's."""

    prefix_of_app = "PROVISION_"

    tenant_id: Guid = Field(
        description="Directory (tenant) ID, a GUID.",
        examples=["11111111-2222-4333-8444-555555555555"],
    )
    provision_client_id: Guid | None = Field(
        default=None,
        description="Application (client) ID of the app registration that may create lists and "
        "columns; default where you sign in yourself: Microsoft Graph Command Line Tools.",
        examples=["99999999-2222-4333-8444-555555555555"],
    )
    provision_client_secret: ClientSecret | None = Field(
        default=None, description="Its client secret; without it, you sign in yourself."
    )
    site_id: SiteId | None = Field(
        default=None,
        description="ID of the SharePoint site with the tracking list. `mfa-rollout provision "
        "--site ADDRESS` finds it.",
        examples=[EXAMPLE_OF_SITE_ID],
    )
    enforcement_group_id: Guid | None = Field(
        default=None,
        description="Object ID of the group that enforces MFA. `mfa-rollout provision --group "
        "NAME` finds it.",
        examples=["33333333-2222-4333-8444-555555555555"],
    )
    list_id: Guid | None = Field(
        default=None,
        description="ID of the tracking list. `mfa-rollout provision` creates the list and prints "
        "its ID.",
        examples=["66666666-2222-4333-8444-555555555555"],
    )

    @property
    def needs_identity(self) -> bool:
        """Without a secret a person signs in."""
        return False

    @contradiction
    def _has_a_client_id_for_its_secret(self) -> Contradictions:
        if self.provision_client_secret is not None and self.provision_client_id is None:
            yield "PROVISION_CLIENT_SECRET is set, but PROVISION_CLIENT_ID is not: set both."


class SetUpSettings(MicrosoftSettings):
    """What the code that ``provision --print`` prints is filled in with, as far as it is known."""

    tenant_id: Guid | None = Field(default=None, description="Directory (tenant) ID, a GUID.")
    client_id: Guid | None = Field(
        default=None,
        description="Application (client) ID of the worker's app registration or managed identity.",
    )
    sender_mailboxes: Mailboxes = Field(
        default=(), description="Mailboxes that send the mails; each person keeps one of them."
    )

    @property
    def signs_in(self) -> bool:
        """Nobody signs in."""
        return False
