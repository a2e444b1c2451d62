"""Where figures lead: the list of the people whom each of them counts."""

from collections.abc import Mapping
from typing import Any

from api.portal.people.list_query import NOT_ACTIVE, ListQuery
from domain.standing.texts import OTHER_ENDS
from domain.status import InviteStatus
from domain.tables.people import OtherEnd


def people_path(given: Mapping[str, str]) -> str:
    """Return the list of the people whom these filters find."""
    return ListQuery(given=dict(given)).path()


def running_path(given: Mapping[str, str]) -> str:
    """Return the list of those of them who haven't ended."""
    return people_path({**given, "ended": "running"})


def standing_path(given: Mapping[str, str], status: InviteStatus) -> str:
    """Return the list of those who stand at a status; Active people have ended, or are about to."""
    found = {**given, "status": InviteStatus(status).value}
    return people_path(found) if status == InviteStatus.ACTIVE else running_path(found)


def ended_path(given: Mapping[str, str], end: OtherEnd | None = None) -> str:
    """Return the list of those who ended so; without ``end`` in any way but Active."""
    return people_path({**given, "ended": NOT_ACTIVE if end is None else end.value})


def group_filter(name: str, group: str | None) -> dict[str, str]:
    """Return the filter of a batch or department; only the latter may be None, which is none."""
    return {"no_department": "yes"} if group is None else {name: group}


FIGURES: dict[str, Any] = {
    "people_path": people_path,
    "running_path": running_path,
    "standing_path": standing_path,
    "ended_path": ended_path,
    "group_filter": group_filter,
    "end_names": OTHER_ENDS,
    "counts_columns": [*(status.value for status in InviteStatus), *OTHER_ENDS.values()],
}
"""What templates need that show figures of people."""
