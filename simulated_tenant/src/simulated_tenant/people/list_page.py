"""The tracking list as SharePoint would show it: searched, filtered, grouped, page by page."""

from collections import Counter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulated_tenant.people.paging import page_of
from simulated_tenant.people.rendering import Renderer
from simulated_tenant.sharepoint.columns import Column
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.tenant import SimulatedTenant

# Texts by which SharePoint's users group a list, beside its choices and yes-or-no columns.
_GROUPED_TEXTS = frozenset({"Department", "ManagerUPN", "Source", "SourceBatchId"})
EMPTY = "(empty)"


class ListPage:
    """The page of the lists; one of them is shown."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        return [Route("/list", self.show)]

    async def show(self, request: Request) -> Response:
        """``GET /list``: a list: ``q``, ``column`` with ``value``, ``group``, ``page``."""
        lists = {
            found.definition.name: found
            for site in self._tenant.sites.all()
            for found in self._tenant.sites.lists(site.id)
        }
        asked = request.query_params
        shown = lists.get(asked.get("list", ""), next(iter(lists.values()), None))
        if shown is None:
            return self._renderer.page("list.html", section="list", list=None)
        columns = [one for one in shown.definition.columns if not one.read_only]
        groupable = [one for one in columns if _is_groupable(one)]
        rows = _matching(shown, request)
        group = next((one for one in groupable if one.name == asked.get("group")), None)
        return self._renderer.page(
            "list.html",
            section="list",
            list=shown.definition,
            others=[name for name in lists if name != shown.definition.name],
            all_rows=len(shown),
            columns=columns,
            groupable=groupable,
            group=group,
            view=page_of(rows if group is None else _counted(rows, group), request),
        )


def shown_value(value: Any) -> str:
    """Return a value as the page words it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def _is_groupable(column: Column) -> bool:
    return column.kind in {"choice", "boolean"} or column.name in _GROUPED_TEXTS


def _matching(shown: SharePointList, request: Request) -> list[dict[str, Any]]:
    asked = request.query_params
    wanted = asked.get("q", "").strip().casefold()
    column, value = asked.get("column", ""), asked.get("value", "")
    return [
        item.fields
        for item in shown.items()
        if (not column or shown_value(item.fields.get(column)) == value)
        and (not wanted or any(wanted in text for text in _texts(item.fields)))
    ]


def _texts(fields: dict[str, Any]) -> list[str]:
    return [value.casefold() for value in fields.values() if isinstance(value, str)]


def _counted(rows: list[dict[str, Any]], column: Column) -> list[tuple[str, int]]:
    counts = Counter(shown_value(row.get(column.name)) for row in rows)
    return sorted(counts.items(), key=lambda count: (-count[1], count[0].casefold()))
