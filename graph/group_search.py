"""Groups found by the name that people know, and who is in them.

Source: Graph's pages "List groups" and "List group transitive members".
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.failures import NotFound, PermanentFailure
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
_EXCLUDED = Purpose(
    doing="read the group of excluded people, which EXCLUDED_GROUP_ID names",
    grant="GroupMember.Read.All with admin consent",
    absent="The group of excluded people does not exist. Check EXCLUDED_GROUP_ID.",
)
_MOST = 20
_LARGEST_PAGE = "999"
_NAMES = "id,displayName,description"
_HIDDEN = "HiddenMembership"
_USER = "#microsoft.graph.user"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGroup:
    """A group with its name."""

    id: str
    name: str
    description: str
    hides_members: bool = False


async def group_with_id(client: GraphClient, group_id: str) -> NamedGroup | None:
    """Return the group with this ObjectId, None where there is none."""
    params = {"$select": f"{_NAMES},visibility"}
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
        params={"$filter": condition, "$select": f"{_NAMES},visibility"},
    )
    async for row in rows:
        found.append(_group(row))
        if len(found) == _MOST:
            break
    return found


async def shows_members(client: GraphClient, group: Json, purpose: Purpose) -> bool:
    """Say of a group that was read whether the app is shown who is in it.

    Where that is hidden, Graph says of nobody that they are in it:
    https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups. A single member shows
    that the app may see them (``Member.Read.Hidden``).
    """
    if group.get("visibility") != _HIDDEN:
        return True
    path = f"/groups/{segment(id_of(group, purpose))}/members"
    async for _ in client.pages(path, purpose, params={"$select": "id"}):
        return True
    return False


async def check_excluded_group(client: GraphClient, group_id: str) -> None:
    """Make sure that the group is there whose members are left alone, and shows them.

    Raises:
        NotFound: there is no such group.
        PermanentFailure: its membership is hidden, and not a single member is shown.
    """
    path = f"/groups/{segment(group_id)}"
    group = await client.get(path, _EXCLUDED, params={"$select": "id,visibility"})
    if await shows_members(client, group, _EXCLUDED):
        return
    raise PermanentFailure(
        "The group of excluded people, which EXCLUDED_GROUP_ID names, hides its members, so nobody "
        "would be excluded. Name a group whose membership isn't hidden, or grant "
        "Member.Read.Hidden with admin consent."
    )


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
        hides_members=row.get("visibility") == _HIDDEN,
    )
