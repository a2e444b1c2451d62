"""Control of people: accounts, managers, methods, mailboxes, groups."""

from typing import Any

from starlette.routing import Route

from simulated_tenant.clock import graph_time_or_none
from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from simulated_tenant.graph.directory.shapes import method_properties, user_properties
from simulated_tenant.people.mail_views import plain_text
from simulated_tenant.tenant import SimulatedTenant

# Graph's names, as the control API takes them, and ours.
_PROPERTIES = {
    "userPrincipalName": "user_principal_name",
    "displayName": "display_name",
    "mail": "mail",
    "givenName": "given_name",
    "surname": "surname",
    "department": "department",
    "jobTitle": "job_title",
    "businessPhones": "business_phones",
    "mobilePhone": "mobile_phone",
    "preferredLanguage": "preferred_language",
    "accountEnabled": "account_enabled",
    "userType": "user_type",
    "proxyAddresses": "proxy_addresses",
    "managerId": "manager_id",
}


class UserControl:
    """Endpoints about people and groups."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Control one tenant."""
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            route("/users", "GET", self._list),
            route("/users", "POST", self._add),
            route("/users/{key}", "GET", self._get),
            route("/users/{key}", "PATCH", self._change),
            route("/users/{key}", "DELETE", self._delete),
            route("/users/{key}/restore", "POST", self._restore),
            route("/users/{key}/manager", "PUT", self._set_manager),
            route("/users/{key}/enabled", "PUT", self._set_enabled),
            route("/users/{key}/methods", "GET", self._methods),
            route("/users/{key}/methods", "POST", self._register),
            route("/users/{key}/methods/{id}", "DELETE", self._remove_method),
            route("/mailboxes/{address:path}/messages", "GET", self._messages),
            route("/groups/{id}/members", "GET", self._members),
            route("/groups/{id}/members", "POST", self._add_member),
            route("/groups/{id}/members/{member}", "DELETE", self._remove_member),
        ]

    def _list(self, _request: ControlRequest) -> Any:
        return {"value": [self._shown(user) for user in self._tenant.users]}

    def _add(self, request: ControlRequest) -> Any:
        body = dict(request.body)
        principal_name = body.pop("userPrincipalName", None)
        if not isinstance(principal_name, str):
            raise TypeError("userPrincipalName is missing")
        fixed = {name: body.pop(name) for name in ("id", "methods") if name in body}
        user = self._tenant.add_user(principal_name, **fixed, **user_fields(body))
        return self._shown(user)

    def _get(self, request: ControlRequest) -> Any:
        return self._shown(self._tenant.user(request.params["key"]))

    def _change(self, request: ControlRequest) -> Any:
        changes = user_fields(request.body)
        return self._shown(self._tenant.change_user(request.params["key"], **changes))

    def _delete(self, request: ControlRequest) -> None:
        self._tenant.delete_user(request.params["key"])

    def _restore(self, request: ControlRequest) -> Any:
        return self._shown(self._tenant.restore_user(request.params["key"]))

    def _set_manager(self, request: ControlRequest) -> Any:
        manager = request.body.get("managerId")
        manager_id = None if manager is None else self._tenant.user(manager).id
        return self._shown(self._tenant.change_user(request.params["key"], manager_id=manager_id))

    def _set_enabled(self, request: ControlRequest) -> Any:
        enabled = request.body.get("enabled")
        if not isinstance(enabled, bool):
            raise TypeError("enabled is true or false")
        user = self._tenant.change_user(request.params["key"], account_enabled=enabled)
        return self._shown(user)

    def _methods(self, request: ControlRequest) -> Any:
        user = self._tenant.user(request.params["key"])
        return {"value": [method_properties(method) for method in user.methods]}

    def _register(self, request: ControlRequest) -> Any:
        name = request.body.get("type", "microsoftAuthenticator")
        return method_properties(self._tenant.register_method(request.params["key"], name))

    def _remove_method(self, request: ControlRequest) -> None:
        self._tenant.remove_method(request.params["key"], request.params["id"])

    def _messages(self, request: ControlRequest) -> Any:
        folder = request.query.get("folder", "inbox")
        messages = self._tenant.mailbox(request.params["address"], folder)
        return {"value": [_message(message) for message in messages]}

    def _members(self, request: ControlRequest) -> Any:
        return {"value": self._tenant.members(self._group(request))}

    def _add_member(self, request: ControlRequest) -> Any:
        member = self._tenant.user(str(request.body.get("memberId")))
        return {"added": self._tenant.add_member(self._group(request), member.id)}

    def _remove_member(self, request: ControlRequest) -> None:
        self._tenant.groups.remove_member(self._group(request), request.params["member"].lower())

    def _group(self, request: ControlRequest) -> str:
        group = self._tenant.groups.find(request.params["id"])
        if group is None:
            raise KeyError("no such group")
        return group.id

    def _shown(self, user: User) -> dict[str, Any]:
        return user_properties(user) | {
            "managerId": user.manager_id,
            "methods": [method.type for method in user.methods],
        }


def user_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Return Graph's properties of a user by our names.

    Raises:
        ValueError: one of them is unknown.
    """
    unknown = set(body) - set(_PROPERTIES)
    if unknown:
        raise ValueError(f"unknown properties: {', '.join(sorted(unknown))}")
    return {_PROPERTIES[name]: value for name, value in body.items()}


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "subject": message.subject,
        "from": message.sender.address if message.sender else None,
        "to": [recipient.address for recipient in message.recipients],
        "html": message.html,
        "text": plain_text(message),
        "headers": dict(message.headers),
        "sentDateTime": graph_time_or_none(message.sent_at),
        "isRead": message.is_read,
        "isDraft": message.is_draft,
    }
