"""What ``provision`` is run with."""

from pathlib import Path

from pydantic import (
    Field,
    SecretStr,
)

from settings.microsoft import MicrosoftSettings, SignIn


class ProvisionSettings(MicrosoftSettings):
    """What ``provision`` is run with: an admin's own sign-in, not the worker's."""

    tenant_id: str = Field(description="Directory (tenant) id, a GUID.")
    provision_client_id: str = Field(
        description="Application id of the registration that may create lists and columns."
    )
    provision_client_secret: SecretStr | None = Field(
        default=None, description="Its client secret; without it, you sign in with a browser."
    )
    site_id: str = Field(description="Id of the SharePoint site with the tracking list.")
    list_id: str | None = Field(default=None, description="Id of the tracking list.")

    @property
    def _sign_in(self) -> SignIn:
        # A browser in place of a secret is as good as a certificate.
        browser = Path() if self.provision_client_secret is None else None
        secret = self.provision_client_secret
        return SignIn("PROVISION_", self.provision_client_id, secret, browser)
