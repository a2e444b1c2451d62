"""The tenant as tests and the demo hold it: all services around one state."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulated_tenant.clock import Clock, utc_now
from simulated_tenant.directory.groups import Group, Groups
from simulated_tenant.directory.methods import Method, new_method
from simulated_tenant.directory.users import User, Users
from simulated_tenant.entra.apps import App, Apps
from simulated_tenant.entra.assertions import Assertions
from simulated_tenant.entra.device_codes import DeviceCodes
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.entra.sign_in import SignIns
from simulated_tenant.entra.token_endpoint import TokenEndpoint
from simulated_tenant.entra.tokens import Tokens
from simulated_tenant.exchange.mailboxes import Mailboxes
from simulated_tenant.exchange.message import Message
from simulated_tenant.exchange.outbound_policy import OutboundSpamFilter
from simulated_tenant.exchange.transport import Transport
from simulated_tenant.exchanges import ExchangeLog
from simulated_tenant.faults import Faults
from simulated_tenant.sharepoint.columns import Column
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.sharepoint.sites import Site, Sites
from simulated_tenant.storage import Storage
from simulated_tenant.traits import DAY, Traits

TOKEN_LIFETIME = timedelta(minutes=60)
LIST_VIEW_THRESHOLD = 5000


class SimulatedTenant:
    """A stateful stand-in for Entra ID, Microsoft Graph, Exchange and SharePoint.

    Everything happens in one event loop; the methods here are for the same loop. Ids are given
    or made up; every id stays as it is for the life of the state.

    Args:
        tenant_id: The tenant's GUID.
        domains: Verified domains, the default one first.
        clock: Where the time comes from.
        data_dir: Where state and signing key are kept; None keeps all in memory.
        token_lifetime: How long access tokens are good.
        premium: Whether the tenant has Entra ID P1, which the registration report needs.
        report_lag: How far the registration report is behind.
        page_cap: The largest page ever answered, smaller than asked for; None is no cap.
        list_view_threshold: From how many rows on SharePoint refuses to filter.
        signing_key: Signs tokens; by default one is made, and kept in ``data_dir``.
        day_length: How long a day lasts for limits by minute, hour and day.
    """

    def __init__(
        self,
        *,
        tenant_id: str,
        domains: Sequence[str] = ("contoso.example",),
        clock: Clock = utc_now,
        data_dir: Path | None = None,
        token_lifetime: timedelta = TOKEN_LIFETIME,
        premium: bool = True,
        report_lag: timedelta = timedelta(0),
        page_cap: int | None = None,
        list_view_threshold: int = LIST_VIEW_THRESHOLD,
        signing_key: SigningKey | None = None,
        day_length: timedelta = DAY,
    ) -> None:
        """Open the state, or start an empty one."""
        self.tenant_id = tenant_id.lower()
        self.domains = tuple(domains)
        self.clock = clock
        self.premium = premium
        self.report_lag = report_lag
        self.page_cap = page_cap
        self.list_view_threshold = list_view_threshold
        self.day_length = day_length
        # When day 0 began, for pages that count days; None shows dates.
        self.day_zero: datetime | None = None
        self.days_ended_at: datetime | None = None
        self.traits = Traits.from_environment(day_length=day_length)
        # What each mailbox has sent in the last day: when, and to how many recipients.
        self.sending: dict[str, list[tuple[datetime, int]]] = {}
        self.people_url: str | None = None
        self.storage = Storage(None if data_dir is None else data_dir / "tenant.sqlite")
        self.faults = Faults(clock)
        self.exchanges = ExchangeLog()
        self.users = Users(self.storage)
        self.groups = Groups(self.storage)
        self.mailboxes = Mailboxes(self.storage)
        self.transport = Transport(
            mailboxes=self.mailboxes,
            users=self.users,
            outbound=OutboundSpamFilter(self.storage, self.domains),
            traits=self.traits,
            clock=clock,
            day_length=day_length,
        )
        self.sites = Sites(self.storage)
        self.apps = Apps(self.storage)
        self.key = signing_key or SigningKey(data_dir and data_dir / "signing-key.pem")
        self.tokens = Tokens(
            tenant_id=self.tenant_id, key=self.key, clock=clock, lifetime=token_lifetime
        )
        self.sign_ins = SignIns(apps=self.apps, users=self.users, tokens=self.tokens, clock=clock)
        self.device_codes = DeviceCodes(self.apps, clock)
        self.token_endpoint = TokenEndpoint(
            apps=self.apps,
            tokens=self.tokens,
            assertions=Assertions(clock),
            sign_ins=self.sign_ins,
            device_codes=self.device_codes,
        )

    def close(self) -> None:
        """Close the state's file."""
        self.storage.close()

    def add_user(
        self,
        user_principal_name: str,
        *,
        id: str | None = None,
        display_name: str | None = None,
        mail: str | None = "",
        manager_id: str | None = None,
        methods: Iterable[str] = (),
        **properties: Any,
    ) -> User:
        """Add a user with a password and, by default, a mailbox named like the user.

        ``mail=None`` makes a user without a mailbox; ``methods`` are registered already.

        Raises:
            ValueError: The user principal name is taken.
        """
        now = self.clock()
        user = User(
            id=(id or str(uuid.uuid4())).lower(),
            sequence=self.users.next_sequence(),
            user_principal_name=user_principal_name,
            display_name=display_name or user_principal_name.partition("@")[0],
            created_at=now,
            mail=user_principal_name if mail == "" else mail,
            manager_id=manager_id,
            methods=[new_method(name, now) for name in ("password", *methods)],
            **properties,
        )
        if user.mail and not user.proxy_addresses:
            user.proxy_addresses = [f"SMTP:{user.mail}"]
        return self.users.put(user)

    def user(self, key: str) -> User:
        """Return a user by object id or user principal name; a missing one is a KeyError."""
        user = self.users.find(key)
        if user is None:
            raise KeyError("no such user")
        return user

    def change_user(self, key: str, **changes: Any) -> User:
        """Change properties of a user, by their Python names."""
        user = self.user(key)
        for name, value in changes.items():
            setattr(user, name, value)
        return self.users.put(user)

    def delete_user(self, key: str) -> None:
        """Delete a user with all memberships; whom they managed has no manager then.

        The mailbox is kept, unreachable, as Exchange does for a while, and the user can be
        restored.
        """
        user = self.user(key)
        self.users.delete(user.id, self.groups.forget(user.id))

    def restore_user(self, user_id: str) -> User:
        """Bring a deleted user back with the object id, the memberships and the methods of before.

        Raises:
            KeyError: Nobody with this id was deleted.
            ValueError: Somebody else has the user principal name by now.
        """
        user, group_ids = self.users.restore(user_id.lower())
        for group_id in group_ids:
            self.add_member(group_id, user.id)
        return user

    def register_method(
        self, key: str, type_name: str = "microsoftAuthenticator", **properties: Any
    ) -> Method:
        """Register an authentication method; ``phone``, ``fido2`` and so on are Graph's names."""
        user = self.user(key)
        method = new_method(type_name, self.clock(), **properties)
        user.methods.append(method)
        self.users.put(user)
        return method

    def remove_method(self, key: str, method_id: str) -> None:
        """Remove one method of a user."""
        user = self.user(key)
        user.methods = [method for method in user.methods if method.id != method_id]
        self.users.put(user)

    def add_group(self, display_name: str, *, id: str | None = None, **properties: Any) -> Group:
        """Add a group; its kind is given by Python names such as ``is_assignable_to_role``."""
        group = Group(
            id=(id or str(uuid.uuid4())).lower(),
            display_name=display_name,
            created_at=self.clock(),
            **properties,
        )
        return self.groups.put(group)

    def add_member(self, group_id: str, member_id: str) -> bool:
        """Put somebody into a group at once; False means that they were in it."""
        return self.groups.add_member(group_id.lower(), member_id.lower(), self.clock())

    def members(self, group_id: str) -> list[str]:
        """Return the object ids of a group's direct members."""
        members = self.groups.members(group_id.lower(), self.clock())
        return [membership.member_id for membership in members]

    def add_app(
        self,
        client_id: str,
        secret: str | None = None,
        roles: Iterable[str] = (),
        *,
        certificate: str | None = None,
        display_name: str = "App",
        **properties: Any,
    ) -> App:
        """Register an app with a secret, a certificate (PEM), or both."""
        app = App(
            client_id=client_id.lower(),
            display_name=display_name,
            secrets=[secret] if secret else [],
            certificates=[certificate] if certificate else [],
            roles=list(roles),
            scoped_at=self.clock(),
            **properties,
        )
        return self.apps.put(app)

    def access_token(self, client_id: str) -> str:
        """Issue a Graph token for an app without going through the token endpoint."""
        app = self.apps.get(client_id)
        if app is None:
            raise KeyError("no such app")
        return self.tokens.issue_for_graph(app.client_id, app.roles)

    def add_site(
        self,
        path: str = "/sites/mfa",
        *,
        hostname: str = "contoso.sharepoint.example",
        display_name: str = "MFA rollout",
        id: str | None = None,
    ) -> Site:
        """Add a site; its id has the three parts that SharePoint's ids have."""
        site = Site(
            id=id or f"{hostname},{uuid.uuid4()},{uuid.uuid4()}",
            hostname=hostname,
            path=path,
            display_name=display_name,
            created_at=self.clock(),
        )
        return self.sites.put(site)

    def add_list(
        self, site: Site, name: str, columns: Iterable[Column] = (), *, id: str | None = None
    ) -> SharePointList:
        """Add a list with the given columns beside the built-in ones."""
        return self.sites.create_list(site, name, list(columns), now=self.clock(), list_id=id)

    def list_items(self, list_name: str | None = None) -> list[dict[str, Any]]:
        """Return the fields of every row, of the named list or of the only one, with their ids."""
        lists = [found for site in self.sites.all() for found in self.sites.lists(site.id)]
        wanted = [
            found
            for found in lists
            if list_name is None or list_name in {found.definition.id, found.definition.name}
        ]
        return [{"id": str(item.id), **item.fields} for found in wanted for item in found.items()]

    def message_trace(self, address: str) -> list[Message]:
        """Return what somebody has sent, oldest first and as often, whatever Sent Items shows."""
        self.transport.settle()
        user = self.users.find_by_address(address) or self.user(address)
        return [message for message in self.transport.trace if message.mailbox_id == user.id]

    def mailbox(self, address: str, folder: str = "inbox") -> list[Message]:
        """Return the messages in a folder of somebody's mailbox, oldest first."""
        self.transport.settle()
        user = self.users.find_by_address(address) or self.user(address)
        return list(self.mailboxes.items(user.id, folder))
