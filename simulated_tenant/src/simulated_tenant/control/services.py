"""Control of services: faults, apps, tokens, the record of exchanges, the tenant's switches."""

from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from starlette.routing import Route

from simulated_tenant.clock import graph_time_or_none
from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.entra.apps import App
from simulated_tenant.faults import Fault, Late
from simulated_tenant.tenant import SimulatedTenant

_DURATIONS = ("hold_before", "hold_after", "retry_after_date")
_FAULT_FIELDS = frozenset(field.name for field in fields(Fault)) - {"id", "hits"}
_APP_FIELDS = frozenset(
    {"mailbox_scopes", "group_scopes", "assigned_roles", "user_roles", "redirect_uris"}
)


class ServiceControl:
    """Endpoints about everything but people."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Control one tenant."""
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            route("/faults", "GET", self._faults),
            route("/faults", "POST", self._add_fault),
            route("/faults", "DELETE", self._clear_faults),
            route("/faults/late", "POST", self._add_lateness),
            route("/apps", "GET", self._apps),
            route("/apps/{id}", "PATCH", self._change_app),
            route("/tokens/expire", "POST", self._expire_tokens),
            route("/lists/{name}/items", "GET", self._items),
            route("/items", "GET", self._items),
            route("/exchanges", "GET", self._exchanges),
            route("/exchanges", "PUT", self._switch_exchanges),
            route("/exchanges", "DELETE", self._clear_exchanges),
            route("/settings", "PATCH", self._change_settings),
        ]

    def _faults(self, _request: ControlRequest) -> Any:
        return {"value": [_shown_fault(fault) for fault in self._tenant.faults.all()]}

    def _add_fault(self, request: ControlRequest) -> Any:
        """Take a fault's fields by name; durations are seconds, any Retry-After is a text."""
        unknown = set(request.body) - _FAULT_FIELDS
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        values = dict(request.body)
        for name in _DURATIONS:
            if values.get(name) is not None:
                values[name] = timedelta(seconds=float(values[name]))
        if values.get("retry_after") is not None:
            values["retry_after"] = str(values["retry_after"])
        return _shown_fault(self._tenant.faults.add(Fault(**values)))

    def _clear_faults(self, _request: ControlRequest) -> None:
        self._tenant.faults.clear()

    def _add_lateness(self, request: ControlRequest) -> None:
        what = Late(request.body.get("what", ""))
        delay = timedelta(seconds=float(request.body.get("seconds", 0)))
        self._tenant.faults.late(what, delay, request.body.get("times"))

    def _apps(self, _request: ControlRequest) -> Any:
        return {"value": [_shown_app(app) for app in self._tenant.apps.all()]}

    def _change_app(self, request: ControlRequest) -> Any:
        """Add and remove roles (``addRoles``, ``removeRoles``), replace other fields by name."""
        body = dict(request.body)
        app = self._tenant.apps.change_roles(
            request.params["id"],
            add=body.pop("addRoles", ()),
            remove=body.pop("removeRoles", ()),
        )
        unknown = set(body) - _APP_FIELDS
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        for name, value in body.items():
            setattr(app, name, value)
        if "mailbox_scopes" in body:
            app.scoped_at = self._tenant.clock()
        return _shown_app(self._tenant.apps.put(app))

    def _expire_tokens(self, _request: ControlRequest) -> None:
        self._tenant.tokens.expire_all()

    def _items(self, request: ControlRequest) -> Any:
        return {"value": self._tenant.list_items(request.params.get("name"))}

    def _exchanges(self, _request: ControlRequest) -> Any:
        return {"value": [asdict(one) for one in self._tenant.exchanges.all()]}

    def _switch_exchanges(self, request: ControlRequest) -> None:
        self._tenant.exchanges.enabled = bool(request.body.get("enabled"))

    def _clear_exchanges(self, _request: ControlRequest) -> None:
        self._tenant.exchanges.clear()

    def _change_settings(self, request: ControlRequest) -> None:
        body = dict(request.body)
        if "premium" in body:
            self._tenant.premium = bool(body.pop("premium"))
        if "reportLagSeconds" in body:
            self._tenant.report_lag = timedelta(seconds=float(body.pop("reportLagSeconds")))
        if "pageCap" in body:
            self._tenant.page_cap = body.pop("pageCap")
        if body:
            raise ValueError(f"unknown settings: {', '.join(sorted(body))}")


def _shown_fault(fault: Fault) -> dict[str, Any]:
    shown = asdict(fault)
    for name in _DURATIONS:
        value = shown[name]
        shown[name] = value.total_seconds() if value is not None else None
    return shown


def _shown_app(app: App) -> dict[str, Any]:
    shown = asdict(app)
    shown["secrets"] = len(app.secrets)
    shown["certificates"] = len(app.certificates)
    shown["scoped_at"] = graph_time_or_none(app.scoped_at)
    return shown
