"""How a tenant is served: where it listens, where its state is, who acts in it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from simulated_tenant.tenant import TOKEN_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """Settings of a served tenant.

    Attributes:
        data_dir: Holds state, signing key and certificate authority; ``ca.pem`` appears there.
        host: The address to bind; leave it at loopback unless in a container of its own.
        https_port: Entra ID and Microsoft Graph; 0 takes a free port.
        http_port: The pages for people and the control API; 0 takes a free port.
        names: Further host names for the certificate, such as a container's.
        people_url: Where browsers reach the http side; None means localhost and its port.
        redirect_uris: Where the portal may send people after they signed in.
        day_length: How long a demo day lasts for the personas; None leaves everybody idle.
        token_lifetime: How long access tokens are good.
        page_cap: The largest page that Graph answers; None leaves it to the request.
        premium: Whether the tenant has Entra ID P1, which the registration report needs.
        report_lag: How far the registration report is behind.
        traits: What the tenant does as Microsoft does: names, with values where they have some.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    https_port: int = 8443
    http_port: int = 8081
    names: tuple[str, ...] = ()
    people_url: str | None = None
    redirect_uris: tuple[str, ...] = ()
    day_length: timedelta | None = None
    token_lifetime: timedelta = TOKEN_LIFETIME
    page_cap: int | None = None
    premium: bool = True
    report_lag: timedelta = timedelta(0)
    traits: tuple[tuple[str, str], ...] = ()
