"""What the API is run with."""

from ipaddress import ip_network
from pathlib import Path
from typing import Self

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    field_validator,
    model_validator,
)

from settings.base import Names, is_one_of
from settings.microsoft import MICROSOFT_AUTHORITIES, MicrosoftSettings, SignIn
from settings.public import BrandSettings, TokenSettings
from settings.sending import PolicySettings


class ApiSettings(PolicySettings, BrandSettings, TokenSettings, MicrosoftSettings):
    """What the API is run with; the tenant's part is optional, and only finds older links."""

    api_host: str = Field(default="127.0.0.1", description="Address on which the API listens.")
    api_port: int = Field(default=8080, ge=1, le=65535, description="Its port.")
    trusted_proxies: Names = Field(
        default=(), description="Proxies whose X-Forwarded-For is believed, comma separated."
    )
    outbox_path: Path = Field(
        default=Path("outbox.sqlite"), description="File of link hits that wait to be delivered."
    )
    enrol_confirmation: bool = Field(
        default=True, description="Off: opening the link is the click, as in the original."
    )
    tenant_id: str | None = Field(default=None, description="Directory (tenant) id, a GUID.")
    api_client_id: str | None = Field(
        default=None,
        description="Application id of the API's own registration, which reads the list; "
        "without it, links of an older system are not recognised.",
    )
    api_client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    api_client_certificate_file: FilePath | None = Field(
        default=None, description="PEM of its private key and certificate: better than a secret."
    )
    site_id: str | None = Field(
        default=None, description="Id of the SharePoint site with the tracking list."
    )
    list_id: str | None = Field(default=None, description="Id of the tracking list.")
    api_audience: Names = Field(
        default=(),
        description="What admins' access tokens name as their audience: the API's application id "
        "or App ID URI, comma separated; default: API_CLIENT_ID. Without it nobody imports over "
        "HTTP.",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for proxy in value:
                ip_network(proxy, strict=False)
        except ValueError:
            raise ValueError("write addresses or networks, such as 10.0.0.0/8") from None
        return value

    @field_validator("api_audience", mode="before")
    @classmethod
    def _audiences(cls, value: object) -> object:
        if isinstance(value, str):
            # An App ID URI is compared letter by letter.
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def audiences(self) -> tuple[str, ...]:
        """What admins' access tokens are made for; empty where nobody may import over HTTP."""
        if self.tenant_id is None:
            return ()
        return self.api_audience or ((self.api_client_id,) if self.api_client_id else ())

    @model_validator(mode="after")
    def _asks_the_tenant_for_its_keys(self) -> Self:
        if not self.audiences:
            if self.api_audience:
                raise ValueError("API_AUDIENCE is set, but TENANT_ID is not.")
            return self
        own = self.simulated_tenant and self.authority_host.startswith("https://")
        if not own and not is_one_of(MICROSOFT_AUTHORITIES, self.authority_host):
            raise ValueError(
                "AUTHORITY_HOST is not Microsoft's, and would say who is an admin: "
                "leave it out, or name a national cloud's, with https."
            )
        return self

    @property
    def _sign_in(self) -> SignIn:
        secret, file = self.api_client_secret, self.api_client_certificate_file
        return SignIn("API_", self.api_client_id, secret, file)

    @model_validator(mode="after")
    def _knows_where_the_list_is(self) -> Self:
        needed = {"TENANT_ID": self.tenant_id, "SITE_ID": self.site_id, "LIST_ID": self.list_id}
        missing = [name for name, value in needed.items() if value is None]
        if self.api_client_id is not None and missing:
            raise ValueError(f"API_CLIENT_ID is set, but {', '.join(missing)} is not.")
        return self
