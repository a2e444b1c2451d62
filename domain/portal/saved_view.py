"""A list of people that somebody has given a name."""

from dataclasses import dataclass, field
from datetime import datetime

LONGEST_NAME = 80
MOST_OF_ONE = 100
"""So many views one person may keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """The filters of a list, as its address has them; a shared one is everybody's to open."""

    view_id: str
    owner_id: str
    name: str
    shared: bool
    filters: dict[str, str] = field(default_factory=dict)
    created_at: datetime
