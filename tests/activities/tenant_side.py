"""One test's list and groups, as the tenant has them: what is put there, and what came of it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.groups import Group
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from simulated_tenant.faults import Fault
from simulated_tenant.sharepoint.lists import Item, SharePointList
from tests.activities.ground import SENDER, YEAR, Ground


@dataclass(frozen=True, kw_only=True)
class TenantSide:
    """What a test does to the tenant, and looks up there."""

    ground: Ground
    rows: SharePointList
    group: Group
    excluded_group: Group
    sender: str = SENDER

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.ground.running.tenant

    def user(self, name: str = "user", domain: str = "contoso.example", **properties: Any) -> User:
        """Add a user whom no other test knows, and the directory has known for a year."""
        user = self.tenant.add_user(f"{name}-{uuid4().hex}@{domain}", **properties)
        user.created_at -= YEAR
        return user

    def assume(self, **traits: str) -> None:
        """Switch traits for the rest of the test, whichever the run has: what it shows needs them.

        Names and values are those of ``--trait``.
        """
        for name, value in traits.items():
            self.tenant.traits.switch(name, value)

    def fault(self, method: str, path: str, **what: Any) -> Fault:
        """Make calls go wrong: those of this method whose path holds this expression."""
        return self.tenant.faults.add(Fault(method=method, path=path, **what))

    def row(self, **fields: Any) -> Item:
        """Put a row on the list, as an older system or an earlier run left it."""
        long_ago = self.tenant.clock() - YEAR
        return self.rows.add(fields, by="somebody", now=long_ago, visible_at=long_ago)

    def items(self) -> list[dict[str, Any]]:
        """Return the fields of all rows, with their ids."""
        return [{"id": str(item.id), **item.fields} for item in self.rows.items()]

    def item(self) -> dict[str, Any]:
        """Return the only row."""
        (item,) = self.items()
        return item

    def mails(self, to: User | str) -> list[Message]:
        """Return what was sent to somebody, as often as it was, wherever the sender's copy is."""
        return _addressed(self.tenant.message_trace(self.sender), to)

    def drafts(self, to: User | str) -> list[Message]:
        """Return the sender's drafts to somebody that have not left."""
        drafts = [
            m for m in self.tenant.mailbox(self.sender, "drafts") if m.leaves_drafts_at is None
        ]
        return _addressed(drafts, to)


def _addressed(messages: list[Message], to: User | str) -> list[Message]:
    address = to if isinstance(to, str) else to.mail or to.user_principal_name
    return [one for one in messages if [each.address for each in one.to] == [address]]
