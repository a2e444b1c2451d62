"""Control of what makes the tenant unkind: traits, recipients whose mail fails, blocked senders."""

from typing import Any

from starlette.routing import Route

from simulated_tenant.clock import graph_time
from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.recipients import RecipientRule
from simulated_tenant.tenant import SimulatedTenant
from simulated_tenant.traits import OFF, ON, Traits

_RULE_FIELDS = frozenset({"code", "system", "times", "delivered"})


class TraitControl:
    """Endpoints about traits, recipients and restricted senders."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Control one tenant."""
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            route("/traits", "GET", self._traits),
            route("/traits", "PATCH", self._switch),
            route("/traits", "DELETE", self._switch_off),
            route("/recipients/{address}", "PUT", self._put_recipient),
            route("/recipients", "DELETE", self._clear_recipients),
            route("/restricted", "GET", self._restricted),
            route("/mailboxes/{address:path}/restrict", "POST", self._restrict),
            route("/mailboxes/{address:path}/release", "POST", self._release),
        ]

    def _traits(self, _request: ControlRequest) -> Any:
        return self._tenant.traits.shown()

    def _switch(self, request: ControlRequest) -> Any:
        """Switch traits by name; true and false are on and off. One wrong value changes nothing."""
        values = {name: _written(value) for name, value in request.body.items()}
        day_length = self._tenant.day_length
        for traits in (Traits(), self._tenant.traits):
            for name, value in values.items():
                traits.switch(name, value, day_length=day_length)
        return self._tenant.traits.shown()

    def _switch_off(self, _request: ControlRequest) -> None:
        self._tenant.traits.switch_all_off()

    def _put_recipient(self, request: ControlRequest) -> None:
        body = dict(request.body)
        unknown = set(body) - _RULE_FIELDS
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        if body.get("system") is not None:
            body["system"] = MailSystem(body["system"])
        self._tenant.transport.rules.put(request.params["address"], RecipientRule(**body))

    def _clear_recipients(self, _request: ControlRequest) -> None:
        self._tenant.transport.rules.clear()

    def _restricted(self, _request: ControlRequest) -> Any:
        found = self._tenant.transport.outbound.restricted()
        return {
            "value": [
                {"mailboxId": one.mailbox_id, "since": graph_time(one.since)} for one in found
            ]
        }

    def _restrict(self, request: ControlRequest) -> None:
        outbound = self._tenant.transport.outbound
        outbound.restrict(self._owner(request).id, self._tenant.clock())

    def _release(self, request: ControlRequest) -> Any:
        return {"released": self._tenant.transport.outbound.release(self._owner(request).id)}

    def _owner(self, request: ControlRequest) -> User:
        address = request.params["address"]
        return self._tenant.users.find_by_address(address) or self._tenant.user(address)


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ON if value else OFF
    return str(value)
