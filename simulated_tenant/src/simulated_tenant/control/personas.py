"""Control of those who act by themselves, and of the calendar by which they do."""

from datetime import timedelta
from typing import Any

from starlette.routing import Route

from simulated_tenant.clock import parse_time
from simulated_tenant.control.endpoint import ControlRequest, route
from simulated_tenant.personas.cast import Cast
from simulated_tenant.tenant import SimulatedTenant


class PersonaControl:
    """Endpoints about personas and their days."""

    def __init__(self, tenant: SimulatedTenant, cast: Cast | None) -> None:
        """Control one tenant, and those who act in it if anybody does."""
        self._tenant = tenant
        self._cast = cast

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            route("/personas", "GET", self._list),
            route("/personas/stop", "POST", self._stop),
            route("/calendar", "PUT", self._change_calendar),
        ]

    def _list(self, _request: ControlRequest) -> Any:
        if self._cast is None:
            return {"daySeconds": None, "value": []}
        day_seconds = self._cast.day_length.total_seconds()
        return {"daySeconds": day_seconds, "value": self._cast.state()}

    def _stop(self, _request: ControlRequest) -> None:
        if self._cast is not None:
            self._cast.stop()

    def _change_calendar(self, request: ControlRequest) -> None:
        """Take when day 0 began, how long days last now, and when they ended."""
        if "dayZero" in request.body:
            self._tenant.day_zero = parse_time(str(request.body["dayZero"]))
        if "daysEndedAt" in request.body:
            self._tenant.days_ended_at = parse_time(str(request.body["daysEndedAt"]))
        if "daySeconds" in request.body:
            self._tenant.day_length = timedelta(seconds=float(request.body["daySeconds"]))
            if self._cast is not None:
                self._cast.set_day_length(self._tenant.day_length)
