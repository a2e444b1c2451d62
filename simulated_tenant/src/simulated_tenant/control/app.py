"""All control endpoints, below ``/control``."""

from typing import Any

from starlette.routing import Route

from simulated_tenant.control.bulk import BulkControl
from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.control.personas import PersonaControl
from simulated_tenant.control.services import ServiceControl
from simulated_tenant.control.traits import TraitControl
from simulated_tenant.control.users import UserControl
from simulated_tenant.personas.cast import Cast
from simulated_tenant.population import sample_csv
from simulated_tenant.tenant import SimulatedTenant


def control_routes(tenant: SimulatedTenant, cast: Cast | None) -> list[Route]:
    """Return the control API of a tenant and of those who act in it."""

    def health(_request: ControlRequest) -> Any:
        return {"status": "ok", "tenantId": tenant.tenant_id, "users": len(tenant.users)}

    def sample(_request: ControlRequest) -> Any:
        return {"csv": sample_csv()}

    return [
        route("/health", "GET", health),
        route("/sample-csv", "GET", sample),
        *PersonaControl(tenant, cast).routes(),
        *UserControl(tenant).routes(),
        *BulkControl(tenant).routes(),
        *ServiceControl(tenant).routes(),
        *TraitControl(tenant).routes(),
    ]
