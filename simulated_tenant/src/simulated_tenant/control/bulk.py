"""Control of many at once: users, rows of the list and members, as a rollout has left them."""

from typing import Any

from starlette.routing import Route

from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.control.users import user_fields
from simulated_tenant.tenant import SimulatedTenant


class BulkControl:
    """One endpoint, which adds in one transaction what single requests would take minutes for."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Control one tenant."""
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the endpoint's route."""
        return [route("/bulk", "POST", self._add)]

    def _add(self, request: ControlRequest) -> Any:
        """Add ``users``, ``items`` of the only list, and ``members`` of ``groupId``.

        Returns the ids of the items, in their order.
        """
        body, tenant = request.body, self._tenant
        with tenant.storage.transaction():
            for user in body.get("users", ()):
                fixed = {name: user.pop(name) for name in ("id", "methods") if name in user}
                tenant.add_user(user.pop("userPrincipalName"), **fixed, **user_fields(user))
            for member in body.get("members", ()):
                tenant.add_member(body["groupId"], member)
            return {"itemIds": [self._add_item(fields) for fields in body.get("items", ())]}

    def _add_item(self, fields: dict[str, Any]) -> str:
        [found] = (
            one for site in self._tenant.sites.all() for one in self._tenant.sites.lists(site.id)
        )
        now = self._tenant.clock()
        return str(found.add(fields, by="control", now=now, visible_at=now).id)
