"""Groups by their names, and the people in them, directly or by a group within.

Source: Graph's pages "List groups" and "List group transitive members".
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from domain.failures import NotFound, UnexpectedAnswer
from domain.imports.address import is_object_id
from domain.imports.rows import ListedPerson
from graph.http.answers import Json
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment

_LARGEST_PAGE = "999"
_SELECT = "id,displayName,description"
_USER = "#microsoft.graph.user"
_GRANT = "GroupMember.Read.All with admin consent"
_GROUPS = Purpose(
    doing="look for a group",
    grant=_GRANT,
    absent="There is no such group.",
)
_MEMBERS = Purpose(
    doing="read the members of a group",
    grant=f"{_GRANT}, and User.Read.All",
    absent="The group has disappeared meanwhile.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGroup:
    """A group as one finds it: several may have one name."""

    id: str
    name: str
    description: str = ""


class GroupMembers:
    """Finds groups, and lists the people in them."""

    def __init__(self, client: GraphClient) -> None:
        """Use this client."""
        self._client = client

    async def named(self, name: str) -> list[NamedGroup]:
        """Return the groups with this display name or ObjectId; none where nobody has it."""
        if is_object_id(name):
            params = {"$select": _SELECT}
            try:
                row = await self._client.get(f"/groups/{segment(name)}", _GROUPS, params=params)
            except NotFound:
                return []
            return [_group(row)]
        return await self._find({"$filter": f"displayName eq {literal(name)}"})

    async def names_beginning(self, letters: str) -> list[str]:
        """Return the display names of groups that begin like this."""
        found = await self._find({"$filter": f"startswith(displayName,{literal(letters)})"})
        return list(dict.fromkeys(group.name for group in found))

    async def people(self, group_id: str) -> AsyncIterator[ListedPerson]:
        """Yield everybody in a group, directly or by a group within, each once."""
        path = f"/groups/{segment(group_id)}/transitiveMembers"
        params = {"$select": "id,userPrincipalName", "$top": _LARGEST_PAGE}
        seen: set[str] = set()
        async for row in self._client.pages(path, _MEMBERS, params=params):
            if row.get("@odata.type") == _USER and (person := _person(row)).object_id not in seen:
                seen.add(person.object_id)
                yield person

    async def _find(self, condition: Mapping[str, str]) -> list[NamedGroup]:
        params = {"$select": _SELECT, "$top": _LARGEST_PAGE, **condition}
        return [_group(row) async for row in self._client.pages("/groups", _GROUPS, params=params)]


def _group(row: Json) -> NamedGroup:
    group_id = row.get("id")
    if not isinstance(group_id, str):
        raise UnexpectedAnswer("Graph describes a group without id.")
    return NamedGroup(
        id=group_id,
        name=str(row.get("displayName") or ""),
        description=str(row.get("description") or ""),
    )


def _person(row: Json) -> ListedPerson:
    object_id, upn = row.get("id"), row.get("userPrincipalName")
    if not isinstance(object_id, str):
        raise UnexpectedAnswer("Graph describes a member of a group without id.")
    # Without the right to read users Graph leaves the name out.
    return ListedPerson(object_id=object_id, user_principal_name=str(upn or ""))
