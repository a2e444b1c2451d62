"""Where Microsoft is, and who signs in there."""

from pathlib import Path
from typing import NamedTuple, Self

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    model_validator,
)

from settings.base import EnvironmentSettings, is_one_of
from settings.public import DEMO_SECRET_PREFIX

# https://learn.microsoft.com/graph/deployments
MICROSOFT_AUTHORITIES = frozenset(
    {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
)
MICROSOFT_GRAPHS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    }
)


class SignIn(NamedTuple):
    """The settings of one app's sign-in; ``prefix`` is what their names begin with."""

    prefix: str
    client_id: str | None
    secret: SecretStr | None
    certificate_file: Path | None

    @property
    def faults(self) -> list[str]:
        """What is wrong with it, a line each."""
        if self.client_id is None:
            return []
        names = f"{self.prefix}CLIENT_SECRET or {self.prefix}CLIENT_CERTIFICATE_FILE"
        if (self.secret is None) == (self.certificate_file is None):
            return [f"Set either {names}, and only one."]
        return []


class MicrosoftSettings(EnvironmentSettings):
    """Where Microsoft is; outside of a simulated tenant it can only be Microsoft's own hosts."""

    authority_host: str = Field(
        default="https://login.microsoftonline.com", description="Where tokens come from."
    )
    graph_base_url: str = Field(
        default="https://graph.microsoft.com/v1.0", description="Microsoft Graph."
    )
    ca_bundle: FilePath | None = Field(
        default=None, description="PEM of the authorities to trust in place of the public ones."
    )

    @property
    def _sign_in(self) -> SignIn:
        """The app that signs in; without a client id nobody does, and nothing is checked."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        app = self._sign_in
        faults = app.faults
        microsofts = is_one_of(MICROSOFT_AUTHORITIES, self.authority_host)
        microsofts_graph = is_one_of(MICROSOFT_GRAPHS, self.graph_base_url)
        if app.client_id is None:
            return self
        if self.simulated_tenant:
            if microsofts or microsofts_graph:
                faults.append(
                    "SIMULATED_TENANT is on, but AUTHORITY_HOST or GRAPH_BASE_URL is Microsoft's: "
                    "leave SIMULATED_TENANT out, or name the simulated tenant in both."
                )
        else:
            secret = app.secret.get_secret_value() if app.secret else ""
            if not microsofts:
                faults.append(
                    "AUTHORITY_HOST is not Microsoft's, and would get the client secret: "
                    "leave it out, or name a national cloud's, with https."
                )
            if not microsofts_graph:
                faults.append(
                    "GRAPH_BASE_URL is not Microsoft's, and would get access tokens: "
                    "leave it out, or name a national cloud's, with https."
                )
            if secret.startswith(DEMO_SECRET_PREFIX):
                faults.append(
                    f"{app.prefix}CLIENT_SECRET is the demo's: make your own in Entra ID."
                )
        if faults:
            raise ValueError("\n".join(faults))
        return self
