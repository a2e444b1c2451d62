"""Where Microsoft is, and the app that signs in there."""

from pathlib import Path
from typing import ClassVar, NamedTuple

from pydantic import Field, SecretStr

from settings.base import Contradictions, RolloutSettings, contradiction
from settings.values.files import ExistingFile
from settings.values.urls import Authority, Graph, is_one_of

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
# The demo's secrets begin like this; they are public, so a real tenant is not opened with them.
DEMO_SECRET_PREFIX = "simulated-tenant-"  # noqa: S105 - a mark, not a secret


class Credential(NamedTuple):
    """How an app proves who it is: by one of the two."""

    secret: SecretStr | None
    certificate_file: Path | None


class MicrosoftSettings(RolloutSettings):
    """Where Microsoft is; outside of a simulated tenant it can only be Microsoft's own hosts."""

    authority_host: Authority = Field(
        default="https://login.microsoftonline.com",
        description="Where access tokens come from; another one in national clouds.",
    )
    graph_base_url: Graph = Field(
        default="https://graph.microsoft.com/v1.0",
        description="Microsoft Graph; another one in national clouds.",
    )
    ca_bundle: ExistingFile | None = Field(
        default=None,
        description="PEM file of the certificate authorities to trust in place of the public ones.",
        examples=["/etc/ssl/certs/contoso.pem"],
    )

    # What the names of the app's own settings begin with.
    prefix_of_app: ClassVar[str] = ""

    @property
    def signs_in(self) -> bool:
        """Whether an app of the organisation signs in with a credential."""
        return True

    @property
    def credential(self) -> Credential:
        """The credential of that app."""
        raise NotImplementedError

    @property
    def may_sign_in(self) -> bool:
        """Whether the app has one credential, and hosts that may get it."""
        refusals = (
            self._has_one_credential,
            self._has_no_secret_of_the_demo,
            self._authority_is_microsofts,
            self._graph_is_microsofts,
        )
        return not any(list(refusal()) for refusal in refusals)

    @contradiction
    def _has_one_credential(self) -> Contradictions:
        secret, file = self.credential
        names = f"{self.prefix_of_app}CLIENT_SECRET", f"{self.prefix_of_app}CLIENT_CERTIFICATE_FILE"
        if self.signs_in and secret is None and file is None:
            yield f"Neither {names[0]} nor {names[1]} is set: set one of them."
        if secret is not None and file is not None:
            yield f"Both {names[0]} and {names[1]} are set: keep one of them."

    @contradiction
    def _has_no_secret_of_the_demo(self) -> Contradictions:
        secret = self.credential.secret
        is_the_demos = secret and secret.get_secret_value().startswith(DEMO_SECRET_PREFIX)
        if is_the_demos and not self.simulated_tenant:
            yield f"{self.prefix_of_app}CLIENT_SECRET is the demo's: make your own in Entra ID."

    @contradiction
    def _authority_is_microsofts(self) -> Contradictions:
        is_microsofts = is_one_of(MICROSOFT_AUTHORITIES, self.authority_host)
        if is_microsofts is self.simulated_tenant and self.signs_in:
            yield _wrong_host("AUTHORITY_HOST", "the client secret", simulated=is_microsofts)

    @contradiction
    def _graph_is_microsofts(self) -> Contradictions:
        is_microsofts = is_one_of(MICROSOFT_GRAPHS, self.graph_base_url)
        if is_microsofts is self.simulated_tenant and self.signs_in:
            yield _wrong_host("GRAPH_BASE_URL", "access tokens", simulated=is_microsofts)


def _wrong_host(name: str, what: str, *, simulated: bool) -> str:
    if simulated:
        return (
            f"SIMULATED_TENANT is on, but {name} is Microsoft's: leave SIMULATED_TENANT out, or "
            f"set {name} to the simulated tenant's."
        )
    return (
        f"{name} is not Microsoft's, and would get {what}: leave it out, or set it to that of a "
        "national cloud."
    )
