"""Where Microsoft is, and the app that signs in there."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain.microsoft.clouds import CLOUDS, CloudName
from domain.microsoft.connection import (
    AppIdentity,
    CertificateFile,
    ClientSecret,
    Connection,
    FederatedToken,
    HttpOptions,
    ManagedIdentity,
    resource_of,
)
from settings.base import Contradictions, RolloutSettings, contradiction
from settings.reader.environment import proxy_of_process
from settings.values.files import ExistingFile
from settings.values.scalars import choice
from settings.values.urls import Authority, Graph, Proxy, is_one_of
from settings.values.validators import written

MICROSOFT_AUTHORITIES = frozenset(
    cloud.authority.removeprefix("https://") for cloud in CLOUDS.values()
)
MICROSOFT_GRAPHS = frozenset(cloud.graph.removeprefix("https://") for cloud in CLOUDS.values())
# The demo's secrets begin like this; they are public, so a real tenant is not opened with them.
DEMO_SECRET_PREFIX = "simulated-tenant-"  # noqa: S105 - a mark, not a secret


ManagedIdentityKind = Annotated[Literal["system", "user"], written(choice("system", "user"))]
# The settings of an app's identity, without what their names begin with.
_IDENTITIES = (
    "CLIENT_SECRET",
    "CLIENT_CERTIFICATE_FILE",
    "FEDERATED_TOKEN_FILE",
    "MANAGED_IDENTITY",
)


class MicrosoftSettings(RolloutSettings):
    """Where Microsoft is; outside of a simulated tenant it can only be Microsoft's own hosts."""

    microsoft_cloud: Annotated[
        CloudName, written(lambda text: CloudName(choice(*CloudName)(text)))
    ] = Field(
        default=CloudName.GLOBAL,
        description="Microsoft's cloud in which the tenant is: global, us-government (GCC High), "
        "us-government-dod or china.",
    )
    authority_host: Authority = Field(
        default=CLOUDS[CloudName.GLOBAL].authority,
        description="Where access tokens come from, of a simulated tenant; Microsoft's own is that "
        "of MICROSOFT_CLOUD.",
    )
    graph_base_url: Graph = Field(
        default=CLOUDS[CloudName.GLOBAL].graph_base_url,
        description="Microsoft Graph, of a simulated tenant; Microsoft's own is that of "
        "MICROSOFT_CLOUD.",
    )
    ca_bundle: ExistingFile | None = Field(
        default=None,
        description="PEM file of the certificate authorities to trust in place of the public ones.",
        examples=["/etc/ssl/certs/contoso.pem"],
    )

    https_proxy_url: Proxy | None = Field(
        default=None,
        description="Proxy to go through to Microsoft, and to Microsoft alone. A user name and a "
        "password stand before the host, percent-encoded: http://user:password@proxy:8080. "
        "HTTPS_PROXY is not looked at.",
        examples=["http://proxy.contoso.com:8080"],
    )

    @model_validator(mode="before")
    @classmethod
    def _hosts_of_the_cloud(cls, values: Any) -> Any:
        """Add the hosts that the cloud's name stands for, where none are written down."""
        name = str(values.get("microsoft_cloud", "")).strip().casefold()
        if name not in set(CloudName):
            return values
        cloud = CLOUDS[CloudName(name)]
        return {"authority_host": cloud.authority, "graph_base_url": cloud.graph_base_url, **values}

    # What the names of the app's own settings begin with.
    prefix_of_app: ClassVar[str] = ""

    @property
    def signs_in(self) -> bool:
        """Whether an app of the organisation signs in with an identity of its own."""
        return True

    @property
    def needs_identity(self) -> bool:
        """Whether one of the app's identities has to be set."""
        return self.signs_in

    @property
    def http_options(self) -> HttpOptions:
        """How Microsoft's hosts are reached."""
        proxy = self.https_proxy_url
        return HttpOptions(
            ca_bundle=self.ca_bundle, proxy=proxy.get_secret_value() if proxy else None
        )

    @property
    def graph_resource(self) -> str:
        """How tokens and permissions name the Graph that is asked."""
        return resource_of(self.graph_base_url, is_simulated=self.simulated_tenant)

    @property
    def connection(self) -> Connection:
        """Where the app signs in, and as whom.

        Raises:
            LookupError: no app signs in.
        """
        return Connection(
            authority=f"{self.authority_host}/{self._value('tenant_id')}",
            base_url=self.graph_base_url,
            client_id=self._value(f"{self.prefix_of_app}client_id"),
            identity=next(iter(self._identities().values())),
            http=self.http_options,
            is_simulated=self.simulated_tenant,
            prefix=self.prefix_of_app,
        )

    def remarks(self) -> Iterator[str]:
        """Say that a proxy which other programs use is not used."""
        yield from super().remarks()
        if self.https_proxy_url is None and (name := proxy_of_process()):
            yield (
                f"{name} is not looked at, so Microsoft is asked without a proxy. Set "
                "HTTPS_PROXY_URL if there is no other way out."
            )

    def _value(self, name: str) -> Any:
        """Return a setting, None where this process has none of this name."""
        return getattr(self, name.lower(), None)

    def _identities(self) -> dict[str, AppIdentity]:
        """Return every identity that is set, by the name of its setting."""
        found: dict[str, AppIdentity] = {}
        names = [f"{self.prefix_of_app}{name}" for name in _IDENTITIES]
        secret, certificate, token, managed = (self._value(name) for name in names)
        if secret:
            found[names[0]] = ClientSecret(value=secret.get_secret_value())
        if certificate:
            passphrase = self._value(f"{self.prefix_of_app}CLIENT_CERTIFICATE_PASSPHRASE")
            found[names[1]] = CertificateFile(
                path=certificate, passphrase=passphrase.get_secret_value() if passphrase else None
            )
        if token:
            found[names[2]] = FederatedToken(path=token)
        if managed:
            found[names[3]] = ManagedIdentity(is_user_assigned=managed == "user")
        return found

    @property
    def may_sign_in(self) -> bool:
        """Whether the app has one identity, and hosts that may get its credential."""
        refusals = (
            self._has_one_identity,
            self._has_a_certificate_for_its_passphrase,
            self._has_no_secret_of_the_demo,
            self._authority_is_microsofts,
            self._graph_is_microsofts,
        )
        return not any(list(refusal()) for refusal in refusals)

    @contradiction
    def _has_one_identity(self) -> Contradictions:
        known = [f"{self.prefix_of_app}{name}" for name in _IDENTITIES]
        names = [name for name in known if name.lower() in type(self).model_fields]
        found = self._identities()
        if self.needs_identity and not found:
            yield f"None of {_list(names, 'and')} is set: set one of them."
        if len(found) > 1:
            yield f"{_list([*found], 'and')} are set together: keep one of them."

    @contradiction
    def _has_a_certificate_for_its_passphrase(self) -> Contradictions:
        names = [f"{self.prefix_of_app}CLIENT_CERTIFICATE_{end}" for end in ("PASSPHRASE", "FILE")]
        passphrase, file = (self._value(name) for name in names)
        if passphrase and not file:
            yield f"{names[0]} is set, but {names[1]} is not: set both."

    @contradiction
    def _has_no_secret_of_the_demo(self) -> Contradictions:
        secret = self._value(f"{self.prefix_of_app}CLIENT_SECRET")
        is_the_demos = secret and secret.get_secret_value().startswith(DEMO_SECRET_PREFIX)
        if is_the_demos and not self.simulated_tenant:
            yield f"{self.prefix_of_app}CLIENT_SECRET is the demo's: make your own in Entra ID."

    @contradiction
    def _authority_is_microsofts(self) -> Contradictions:
        is_microsofts = is_one_of(MICROSOFT_AUTHORITIES, self.authority_host)
        if is_microsofts is self.simulated_tenant and self.signs_in:
            yield _wrong_host("AUTHORITY_HOST", "the client secret", simulated=is_microsofts)

    @contradiction
    def _is_in_one_cloud(self) -> Contradictions:
        cloud = CLOUDS[self.microsoft_cloud]
        for name, value, right, all_hosts in (
            ("AUTHORITY_HOST", self.authority_host, cloud.authority, MICROSOFT_AUTHORITIES),
            ("GRAPH_BASE_URL", self.graph_base_url, cloud.graph_base_url, MICROSOFT_GRAPHS),
        ):
            if is_one_of(all_hosts, value) and value != right and not self.simulated_tenant:
                yield (
                    f"{name} is that of another cloud than MICROSOFT_CLOUD={self.microsoft_cloud}: "
                    f"leave {name} out, and set MICROSOFT_CLOUD to your tenant's."
                )

    @contradiction
    def _graph_is_microsofts(self) -> Contradictions:
        is_microsofts = is_one_of(MICROSOFT_GRAPHS, self.graph_base_url)
        if is_microsofts is self.simulated_tenant and self.signs_in:
            yield _wrong_host("GRAPH_BASE_URL", "access tokens", simulated=is_microsofts)


def _list(names: list[str], last: str) -> str:
    *most, end = names
    return f"{', '.join(most)} {last} {end}" if most else end


def _wrong_host(name: str, what: str, *, simulated: bool) -> str:
    if simulated:
        return (
            f"SIMULATED_TENANT is on, but {name} is Microsoft's: leave SIMULATED_TENANT out, or "
            f"set {name} to the simulated tenant's."
        )
    return (
        f"{name} is not Microsoft's, and would get {what}: leave it out. A tenant in a national "
        "cloud has MICROSOFT_CLOUD."
    )
