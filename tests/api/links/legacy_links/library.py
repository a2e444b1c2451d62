"""A tenant with the list of an older system, and our reading end of it."""

from dataclasses import dataclass
from uuid import uuid4

from graph.tracking_list import TrackingList
from simulated_tenant import SimulatedTenant
from simulated_tenant.sharepoint.lists import SharePointList


@dataclass(frozen=True, kw_only=True)
class Library:
    """A tenant with a list, and our reading end of it."""

    tenant: SimulatedTenant
    rows: SharePointList
    tracking_list: TrackingList

    def row(self, **columns: str | bool) -> str:
        """Add a row of an older system, and return its token."""
        token = str(uuid4())
        now = self.tenant.clock()
        fields = {"Title": f"{uuid4().hex}@contoso.example", "TrackingToken": token, **columns}
        self.rows.add(fields, by="older", now=now, visible_at=now)
        return token

    def look_ups(self) -> int:
        """Count how often the list was searched."""
        return sum("/items" in one.url for one in self.tenant.exchanges.all())
