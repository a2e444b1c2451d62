"""The tracking list: its site, whether it can be read and written, its columns."""

from collections.abc import Mapping, Sequence

from client.doctor.look import line_of
from client.doctor.tenant import Roles
from domain.doctor.checks import Check, Fault, Finding, Good, after, found
from domain.doctor.permissions import holds
from domain.doctor.tracking_list import ListFacts, judge_columns
from domain.failures import PermanentFailure, PermissionDenied
from domain.tracking_list.columns import COLUMNS
from graph.http.answers import Json
from graph.http.client import GraphClient
from graph.list_columns import changes, in_words, wrong_type
from graph.tracking_list import TrackingList

CHECKS = (Check.SITE, Check.TRACKING_LIST)


async def look_at_list(
    graph: GraphClient, roles: Roles, *, site_id: str, list_id: str | None, client_id: str
) -> Sequence[Finding]:
    """Return the lines of the site and of the list on it."""
    tracking_list = TrackingList(graph, site_id, list_id or "none")
    grant = {"graph": graph.base_url, "site_id": site_id, "client_id": client_id}
    site, check = Check.SITE, Check.TRACKING_LIST
    try:
        await tracking_list.check_site()
    except PermissionDenied:
        held = await roles.known()
        known = held is not None and holds(held, "Sites.")
        refused = found(site, Fault.SITE_NOT_GRANTED, **grant)
        return [refused if known else after(site, Check.PERMISSIONS), after(check, site)]
    except PermanentFailure as failure:
        return [line_of(failure, site), after(check, site)]
    opened = found(site, Good.SITE)
    if list_id is None:
        return [opened]
    try:
        definitions = await tracking_list.columns()
        columns = judge_columns(_facts(definitions))
        await tracking_list.check_writing()
    except PermissionDenied:
        return [opened, found(check, Fault.SITE_NOT_WRITABLE, **grant)]
    except PermanentFailure as failure:
        return [opened, line_of(failure, check)]
    return [opened, *columns]


def _facts(found_columns: Mapping[str, Json]) -> ListFacts:
    there = [(one, found_columns[one.name]) for one in COLUMNS if one.name in found_columns]
    wrong = {one.name: other for one, row in there if (other := wrong_type(one, row))}
    return ListFacts(
        missing=[one.name for one in COLUMNS if one.name not in found_columns],
        incomplete={
            one.name: in_words(change)
            for one, row in there
            if one.name not in wrong and (change := changes(one, row))
        },
        wrong={
            one.name: (wrong[one.name], one.kind.value) for one, _ in there if one.name in wrong
        },
    )
