"""Times as the tenant's pages show them: in the demo with the day of its calendar."""

from datetime import datetime

from simulated_tenant.tenant import SimulatedTenant


def shown_time(tenant: SimulatedTenant, at: datetime) -> str:
    """Return a time in UTC; where days are counted, the day stands in place of the date."""
    if tenant.day_zero is None:
        return f"{at:%d %b %Y %H:%M:%S}"
    passed = at if tenant.days_ended_at is None else min(at, tenant.days_ended_at)
    return f"Day {(passed - tenant.day_zero) // tenant.day_length}, {at:%H:%M:%S}"
