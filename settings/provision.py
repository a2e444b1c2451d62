"""What ``provision``, and a person's own sign-in to the command line, are run with."""

from pydantic import Field

from settings.base import Contradictions, contradiction
from settings.database import DatabaseSettings
from settings.microsoft import MicrosoftSettings
from settings.values.addresses import Audiences, Mailboxes
from settings.values.identifiers import EXAMPLE_OF_SITE_ID, Guid, SiteId
from settings.values.secrets import ClientSecret
from settings.values.urls import PublicSite


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


class SignInSettings(MicrosoftSettings):
    """What a person's sign-in to the command line is run with."""

    tenant_id: Guid = Field(
        description="Directory (tenant) ID, a GUID.",
        examples=["11111111-2222-4333-8444-555555555555"],
    )
    command_line_client_id: Guid = Field(
        description="Application (client) ID of the command line's app registration: it allows "
        "public client flows, and has the API's delegated permission access_as_user.",
        examples=["99999999-2222-4333-8444-555555555555"],
    )
    api_client_id: Guid | None = Field(
        default=None, description="Application (client) ID of the API's own app registration."
    )
    api_audience: Audiences = Field(
        default=(), description="What admins' access tokens name as their audience."
    )
    public_base_url: PublicSite = Field(description="Where users reach the API.")
    portal_base_url: PublicSite | None = Field(
        default=None, description="Where admins reach the portal; default: PUBLIC_BASE_URL."
    )

    @property
    def signs_in(self) -> bool:
        """A person signs in, and no app."""
        return False

    @property
    def api_address(self) -> str:
        """Where REST is."""
        return (self.portal_base_url or self.public_base_url).rstrip("/")

    @property
    def api_id_uri(self) -> str:
        """The App ID URI of the API, with which its scopes begin."""
        named = [one for one in self.api_audience if "://" in one]
        ids = [*(self.api_audience), *([self.api_client_id] if self.api_client_id else [])]
        return named[0] if named else f"api://{ids[0]}"

    @contradiction
    def _knows_the_api(self) -> Contradictions:
        if not self.api_audience and self.api_client_id is None:
            yield "API_AUDIENCE and API_CLIENT_ID are not set: one of them says whose scope it is."
