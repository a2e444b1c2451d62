"""Where Microsoft is, how it is reached, and who signs in there: what settings tell clients."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PUBLIC_GRAPH = "https://graph.microsoft.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """How every HTTP client reaches Microsoft's hosts.

    Attributes:
        ca_bundle: PEM file of the authorities to trust in place of the public ones.
        proxy: URL of the proxy to go through, with its user name and password if it wants some.
            Hosts of this machine are reached without it.
    """

    ca_bundle: Path | None = None
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """A client secret of the app registration."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """A file with a certificate of the app registration and its private key: PEM or PFX."""

    path: Path
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedToken:
    """A file with a token of another issuer that Entra ID trusts for the app: Kubernetes, a CI."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentity:
    """The identity that Azure gives to the machine or container that we run on."""

    is_user_assigned: bool


AppIdentity = ClientSecret | CertificateFile | FederatedToken | ManagedIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What is needed to reach Microsoft Graph as one app.

    Attributes:
        authority: ``https://login.microsoftonline.com/{tenant id}``.
        base_url: Microsoft Graph with its version.
        client_id: the app's application id.
        identity: how the app proves who it is.
        http: how Microsoft's hosts are reached.
        is_simulated: True where authority and Graph are a simulated tenant's.
        prefix: what the names of this app's settings begin with, for messages.
    """

    authority: str
    base_url: str
    client_id: str
    identity: AppIdentity
    http: HttpOptions = HttpOptions()
    is_simulated: bool = False
    prefix: str = ""

    @property
    def resource(self) -> str:
        """What tokens are for: each of Microsoft's clouds has a Graph of its own."""
        return resource_of(self.base_url, is_simulated=self.is_simulated)


def resource_of(base_url: str, *, is_simulated: bool) -> str:
    """Return how tokens and permissions name the Graph at this address: by scheme and host.

    A simulated tenant stands for the public cloud, wherever it listens.
    """
    return PUBLIC_GRAPH if is_simulated else f"https://{urlsplit(base_url).hostname}"
