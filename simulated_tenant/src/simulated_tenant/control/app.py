"""All control endpoints, below ``/control``."""

from typing import Any

from starlette.routing import Route

from simulated_tenant.clock import parse_time
from simulated_tenant.control.bulk import BulkControl
from simulated_tenant.control.endpoint import ControlRequest, route
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

    def personas(_request: ControlRequest) -> Any:
        if cast is None:
            return {"daySeconds": None, "value": []}
        return {"daySeconds": cast.day_length.total_seconds(), "value": cast.state()}

    def stop(_request: ControlRequest) -> None:
        if cast is not None:
            cast.stop()

    def count_days(request: ControlRequest) -> None:
        tenant.day_zero = parse_time(str(request.body.get("at")))

    def sample(_request: ControlRequest) -> Any:
        return {"csv": sample_csv()}

    return [
        route("/health", "GET", health),
        route("/personas", "GET", personas),
        route("/day-zero", "PUT", count_days),
        route("/personas/stop", "POST", stop),
        route("/sample-csv", "GET", sample),
        *UserControl(tenant).routes(),
        *BulkControl(tenant).routes(),
        *ServiceControl(tenant).routes(),
        *TraitControl(tenant).routes(),
    ]
