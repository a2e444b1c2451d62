"""App registrations: who may ask for tokens, and what those tokens say."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulated_tenant.storage import Storage, Table


class ManagedKind(StrEnum):
    """Which of the machine's managed identities an app is."""

    SYSTEM = "system"
    USER = "user"


@dataclass(kw_only=True, slots=True)
class FederatedCredential:
    """Whose tokens an app trusts: all three are compared letter by letter.

    ``public_key`` (PEM) stands for the keys that the issuer publishes.
    """

    issuer: str
    subject: str
    public_key: str
    audience: str = "api://AzureADTokenExchange"


@dataclass(kw_only=True, slots=True)
class App:
    """One app registration with its service principal.

    ``roles`` are the Graph application permissions with admin consent. ``mailbox_scopes`` holds
    what Exchange's RBAC for Applications adds: permission to mailboxes (object ids), since
    ``scoped_at``.
    ``group_scopes`` are groups whose members the app may change by a custom directory role.
    ``assigned_roles`` are app roles on other apps, ``user_roles`` app roles of this app that
    people hold: object id to role names. ``exposed_scopes`` are the delegated permissions that the
    app, as an API, offers to others, and ``delegated_scopes`` those on other apps that an admin has
    consented to: client id of the API to names. ``public`` allows public client flows. ``managed``
    says of a managed identity who assigned it, and is None for an app registration.
    """

    client_id: str
    display_name: str
    secrets: list[str] = field(default_factory=list)
    expired_secrets: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    mailbox_scopes: dict[str, list[str]] = field(default_factory=dict)
    scoped_at: datetime | None = None
    group_scopes: list[str] = field(default_factory=list)
    assigned_roles: dict[str, list[str]] = field(default_factory=dict)
    user_roles: dict[str, list[str]] = field(default_factory=dict)
    exposed_scopes: list[str] = field(default_factory=list)
    delegated_scopes: dict[str, list[str]] = field(default_factory=dict)
    redirect_uris: list[str] = field(default_factory=list)
    federated_credentials: list[FederatedCredential] = field(default_factory=list)
    public: bool = False
    managed: ManagedKind | None = None


class Apps:
    """All app registrations of the tenant, by client id."""

    def __init__(self, storage: Storage) -> None:
        """Load the registrations."""
        self._table = Table(storage, "app", App)

    def put(self, app: App) -> App:
        """Register an app, or store one that was changed."""
        self._table.put(app.client_id.lower(), app)
        return app

    def get(self, client_id: str) -> App | None:
        """Return a registration, or None."""
        return self._table.get(client_id.lower())

    def all(self) -> list[App]:
        """Return every registration in the order of its creation."""
        return list(self._table.values())

    def change_roles(
        self, client_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> App:
        """Grant and withdraw Graph permissions; tokens issued before keep what they say.

        Raises:
            KeyError: There is no such app.
        """
        app = self._table[client_id.lower()]
        removed = set(remove)
        kept = [role for role in app.roles if role not in removed]
        app.roles = kept + [role for role in add if role not in kept]
        return self.put(app)
