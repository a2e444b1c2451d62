"""Groups found by the name that people know.

Source: Graph's page "List groups".
"""

from dataclasses import dataclass

from domain.failures import NotFound
from graph.http.answers import Json, id_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment

_SEARCH = Purpose(
    doing="look the group up",
    grant="GroupMember.Read.All with admin consent",
    absent="The directory has no groups to list. Check MICROSOFT_CLOUD.",
)
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGroup:
    """A group with its name."""

    id: str
    name: str
    description: str


async def group_with_id(client: GraphClient, group_id: str) -> NamedGroup | None:
    """Return the group with this ObjectId, None where there is none."""
    params = {"$select": "id,displayName,description"}
    try:
        return _group(await client.get(f"/groups/{segment(group_id)}", _SEARCH, params=params))
    except NotFound:
        return None


async def groups_named(client: GraphClient, name: str) -> list[NamedGroup]:
    """Return the groups of this name, whatever its case; names needn't be unique."""
    return await _found(client, f"displayName eq {literal(name)}")


async def groups_beginning(client: GraphClient, name: str) -> list[NamedGroup]:
    """Return groups whose names begin like this, for somebody who knows it only nearly."""
    return await _found(client, f"startswith(displayName,{literal(name)})")


async def _found(client: GraphClient, condition: str) -> list[NamedGroup]:
    found: list[NamedGroup] = []
    rows = client.pages(
        "/groups",
        _SEARCH,
        params={"$filter": condition, "$select": "id,displayName,description"},
    )
    async for row in rows:
        found.append(_group(row))
        if len(found) == _MOST:
            break
    return found


def _group(row: Json) -> NamedGroup:
    return NamedGroup(
        id=id_of(row, _SEARCH),
        name=str(row.get("displayName") or ""),
        description=str(row.get("description") or ""),
    )
