"""Groups found by the name that people know, and who is in them.

Source: Graph's pages "List groups" and "List group transitive members".
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.failures import NotFound
from domain.imports.rows import ListedPerson
from graph.http.answers import Json, id_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment

_SEARCH = Purpose(
    doing="look the group up",
    grant="GroupMember.Read.All with admin consent",
    absent="The directory has no groups to list. Check MICROSOFT_CLOUD.",
)
_MEMBERS = Purpose(
    doing="read the members of a group",
    grant="GroupMember.Read.All and User.Read.All with admin consent",
    absent="The group has disappeared meanwhile.",
)
_MOST = 20
_LARGEST_PAGE = "999"
_USER = "#microsoft.graph.user"


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


async def people_in(client: GraphClient, group_id: str) -> AsyncIterator[ListedPerson]:
    """Yield everybody in a group, directly or by a group within, each once.

    Raises:
        NotFound: there is no such group.
    """
    path = f"/groups/{segment(group_id)}/transitiveMembers"
    params = {"$select": "id,userPrincipalName", "$top": _LARGEST_PAGE}
    seen: set[str] = set()
    async for row in client.pages(path, _MEMBERS, params=params):
        if row.get("@odata.type") != _USER or (object_id := id_of(row, _MEMBERS)) in seen:
            continue
        seen.add(object_id)
        # Without the right to read users Graph leaves the name out.
        upn = row.get("userPrincipalName")
        yield ListedPerson(object_id=object_id, user_principal_name=str(upn or ""))


def _group(row: Json) -> NamedGroup:
    return NamedGroup(
        id=id_of(row, _SEARCH),
        name=str(row.get("displayName") or ""),
        description=str(row.get("description") or ""),
    )
