"""What the API is run with."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.plain_text import list_of
from domain.portal.parts import ServedPart
from settings.base import Contradictions, contradiction
from settings.database import DatabaseSettings
from settings.mail.texts import MailTextSettings
from settings.microsoft import MICROSOFT_AUTHORITIES, ManagedIdentityKind, MicrosoftSettings
from settings.policy import PolicySettings
from settings.telemetry import TelemetrySettings
from settings.tracking_token import TokenSettings
from settings.values.addresses import Audiences, ListeningHost, Networks
from settings.values.files import ExistingFile, FileToWrite
from settings.values.identifiers import EXAMPLE_OF_SITE_ID, Guid, Guids, SiteId
from settings.values.scalars import Switch, choice, whole
from settings.values.secrets import ClientSecret, Passphrase
from settings.values.urls import is_one_of
from settings.values.validators import written
from settings.worker import WebhookSettings


def _read_part(text: str) -> ServedPart:
    return ServedPart(choice(*ServedPart)(text))


ServedParts = Annotated[tuple[ServedPart, ...], written(list_of(_read_part, unique=True))]


class ApiSettings(
    PolicySettings,
    MailTextSettings,
    TokenSettings,
    MicrosoftSettings,
    TelemetrySettings,
    WebhookSettings,
    DatabaseSettings,
):
    """What the API is run with; the tenant's part is optional, and only finds older links."""

    prefix_of_app = "API_"

    api_host: ListeningHost = Field(
        default="127.0.0.1", description="Address on which the API listens."
    )
    api_port: Annotated[int, written(whole(1, 65_535))] = Field(
        default=8080, description="Port on which the API listens."
    )
    trusted_proxies: Networks = Field(
        default=(),
        description="Proxies whose X-Forwarded-For is believed, as addresses or networks.",
        examples=["10.0.0.0/8,192.0.2.7"],
    )
    outbox_path: FileToWrite = Field(
        default=Path("outbox.sqlite"),
        description="File of link hits that have not reached Temporal yet; new opens beside it.",
    )
    serve: ServedParts = Field(
        default=tuple(ServedPart),
        description="What this process serves: links (the public pages), portal (the pages and "
        "REST for admins), or both. Serve the portal where strangers can't reach it.",
        examples=["portal"],
    )
    enrol_confirmation: Switch = Field(
        default=True,
        description="Off: opening the link counts as the click, without a button, as in the "
        "original. Mail scanners open links, too.",
    )
    tenant_id: Guid | None = Field(
        default=None,
        description="Directory (tenant) ID, a GUID.",
        examples=["11111111-2222-4333-8444-555555555555"],
    )
    api_client_id: Guid | None = Field(
        default=None,
        description="Application (client) ID of the API's own app registration, which reads the "
        "list. Without it, links of an older system are not recognised.",
        examples=["88888888-2222-4333-8444-555555555555"],
    )
    api_client_secret: ClientSecret | None = Field(
        default=None, description="Client secret of the API's app registration."
    )
    api_client_certificate_file: ExistingFile | None = Field(
        default=None,
        description="PEM or PFX file of its certificate and private key, which is safer than a "
        "secret. It is read again when it changes.",
        examples=["/run/secrets/api/app.pem"],
    )
    api_client_certificate_passphrase: Passphrase | None = Field(
        default=None, description="What the private key in that file is encrypted with."
    )
    api_federated_token_file: ExistingFile | None = Field(
        default=None,
        description="File with the token of an issuer that the app trusts (workload identity "
        "federation), in place of a secret or certificate. It is read for each sign-in.",
        examples=["/var/run/secrets/azure/tokens/azure-identity-token"],
    )
    api_managed_identity: ManagedIdentityKind | None = Field(
        default=None,
        description="Sign in as the managed identity that Azure gives to this machine or "
        "container: system or user (API_CLIENT_ID says which).",
        examples=["user"],
    )
    site_id: SiteId | None = Field(
        default=None,
        description="ID of the SharePoint site with the tracking list. `mfa-rollout provision "
        "--site ADDRESS` finds it.",
        examples=[EXAMPLE_OF_SITE_ID],
    )
    list_id: Guid | None = Field(
        default=None,
        description="ID of the tracking list. `mfa-rollout provision` creates the list and prints "
        "its ID.",
        examples=["66666666-2222-4333-8444-555555555555"],
    )
    api_audience: Audiences = Field(
        default=(),
        description="What admins' access tokens name as their audience: the API's application ID "
        "or App ID URI, comma separated; default: API_CLIENT_ID. Without either, nobody can import "
        "over HTTP.",
        examples=["api://mfa-rollout"],
    )

    api_allowed_clients: Guids = Field(
        default=(),
        description="Programs that may use the REST API for people who have signed in, as the "
        "application IDs of their registrations, comma separated: COMMAND_LINE_CLIENT_ID for "
        "`mfa-rollout sign-in`. Without it, only apps with an app role of their own may.",
        examples=["99999999-2222-4333-8444-555555555555"],
    )

    @property
    def audiences(self) -> tuple[str, ...]:
        """What admins' access tokens are made for; empty where nobody may import over HTTP."""
        if self.tenant_id is None:
            return ()
        return self.api_audience or ((self.api_client_id,) if self.api_client_id else ())

    @property
    def signs_in(self) -> bool:
        """Whether the API has an app registration of its own."""
        return self.api_client_id is not None

    @property
    def signs_people_in(self) -> bool:
        """Whether people can sign in to the portal: a managed identity can't do that for them."""
        return self.signs_in and self.api_managed_identity is None

    @contradiction
    def _knows_the_tenant_of_its_admins(self) -> Contradictions:
        if self.api_audience and self.tenant_id is None:
            yield "API_AUDIENCE is set, but TENANT_ID is not: set both."

    @contradiction
    def _asks_microsoft_who_is_an_admin(self) -> Contradictions:
        own = self.simulated_tenant and self.authority_host.startswith("https://")
        if self.audiences and not own and not is_one_of(MICROSOFT_AUTHORITIES, self.authority_host):
            yield (
                "AUTHORITY_HOST is not Microsoft's, and would say who is an admin: leave it out. A "
                "tenant in a national cloud has MICROSOFT_CLOUD."
            )

    @contradiction
    def _has_a_client_id_for_its_credential(self) -> Contradictions:
        if not self.signs_in:
            for name in self._identities():
                yield f"{name} is set, but API_CLIENT_ID is not: set both."

    @contradiction
    def _knows_where_the_list_is(self) -> Contradictions:
        needed = {"TENANT_ID": self.tenant_id, "SITE_ID": self.site_id, "LIST_ID": self.list_id}
        missing = [name for name, value in needed.items() if value is None]
        if self.api_client_id is not None and missing:
            yield f"API_CLIENT_ID is set, but {' and '.join(missing)} is not: set all of them."
