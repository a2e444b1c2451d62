"""Find the mailbox and the message that a path names."""

from dataclasses import dataclass
from http import HTTPStatus

from simulated_tenant.directory.users import User
from simulated_tenant.errors import GraphError, bad_request, message_not_found
from simulated_tenant.exchange.message import FOLDERS, Message, folder_id
from simulated_tenant.graph.authorization import mailbox_permissions
from simulated_tenant.graph.messages import GraphRequest
from simulated_tenant.tenant import SimulatedTenant

IMMUTABLE = 'IdType="ImmutableId"'


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCall:
    """A call on one mailbox: whose, with which kind of ids, and whether bodies may be read."""

    tenant: SimulatedTenant
    request: GraphRequest
    owner: User
    immutable: bool
    may_read_bodies: bool

    def message(self) -> Message:
        """Return the message that the path names; one in transit is a 404 like one that isn't."""
        found = self.tenant.mailboxes.find(self.owner.id, self.request.params[1])
        if found is None or found.visible_at > self.tenant.clock():
            raise message_not_found()
        return found

    def folder(self) -> str:
        """Return the well-known name of the folder that the path names."""
        key = self.request.params[1]
        for name in FOLDERS:
            if key.lower() == name or key == folder_id(self.owner.id, name):
                return name
        raise GraphError(
            HTTPStatus.NOT_FOUND,
            "ErrorItemNotFound",
            "The specified folder could not be found in the store.",
        )


def mailbox_call(tenant: SimulatedTenant, request: GraphRequest) -> MailboxCall:
    """Resolve the mailbox, or raise a 404, which Microsoft has in several forms."""
    tenant.transport.settle()
    form = tenant.traits.nomailbox
    key = request.params[0]
    owner = tenant.users.find(key) or tenant.users.find_by_address(key)
    if owner is None:
        raise GraphError(
            HTTPStatus.NOT_FOUND, form or "ErrorInvalidUser", "The requested user is invalid."
        )
    if owner.mail is None:
        raise GraphError(
            HTTPStatus.NOT_FOUND,
            form or "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    permissions = mailbox_permissions(tenant, request.caller, owner)
    return MailboxCall(
        tenant=tenant,
        request=request,
        owner=owner,
        immutable=request.prefers(IMMUTABLE),
        may_read_bodies=bool(permissions & {"Mail.Read", "Mail.ReadWrite"}),
    )


def inefficient_order() -> GraphError:
    """Refuse an order that the filter doesn't lead up to."""
    return bad_request(
        "The restriction or sort order is too complex for this operation.", "InefficientFilter"
    )
