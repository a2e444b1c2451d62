"""Users of the directory and their managers.

Source: Graph's pages "Get a user", "List users" and "List manager". Needs User.Read.All: with less,
Graph hides the department and whether the account is enabled.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from domain.failures import BadRequest, NotFound, PermissionDenied, UnexpectedAnswer
from domain.imports.address import is_object_id
from domain.person import Person
from domain.portal.call_list import Contact, phone_text
from graph.http.answers import Json, list_of
from graph.http.client import GraphClient
from graph.http.errors import ADMIN_GUIDE, Purpose
from graph.http.urls import literal, segment

_SELECT = {
    "$select": "id,displayName,mail,userPrincipalName,department,accountEnabled,userType,"
    "preferredLanguage"
}
# The same permission shows these.
_WITH_PHONES = {"$select": f"{_SELECT['$select']},businessPhones,mobilePhone"}
_LARGEST_PAGE = "999"
_USER_TYPE = "#microsoft.graph.user"
_GRANT = "User.Read.All"
_USER = Purpose(
    doing="read a user of the directory",
    grant=_GRANT,
    absent="The user is not in the directory. Check whether the account was deleted or renamed.",
)
_USERS = Purpose(
    doing="list the users of the directory",
    grant=_GRANT,
    absent="The directory has no users to list. Check MICROSOFT_CLOUD.",
)
_MANAGER = Purpose(
    doing="read a user's manager",
    grant=_GRANT,
    absent="The user has no manager in the directory. Enter one, or set ESCALATION_FALLBACK.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A user as a listing shows them.

    ``proxy_addresses`` are mail addresses, without the ``smtp:`` in front. ``has_manager`` is None
    where managers weren't asked for.
    """

    person: Person
    proxy_addresses: tuple[str, ...] = ()
    has_manager: bool | None = None


class Directory:
    """Reads the tenant's directory. Never writes to it."""

    def __init__(self, client: GraphClient) -> None:
        """Read by this client."""
        self._client = client

    async def user(self, id_or_upn: str) -> Person:
        """Return one user, by ObjectId or user principal name.

        Raises:
            NotFound: there is none, or not yet: reads lag behind writes.
        """
        # A name that begins with a dollar sign would be read as a command in the path.
        name = id_or_upn if not id_or_upn.startswith("$") else None
        path = f"/users/{segment(name)}" if name else f"/users({quote(literal(id_or_upn))})"
        row = await self._client.get(path, _USER, params=_SELECT)
        await self._make_sure_of([row])
        return _person(row)

    async def contact(self, object_id: str) -> Contact:
        """Return one user and their telephone numbers.

        Raises:
            NotFound: there is none, or not yet: reads lag behind writes.
        """
        path = f"/users/{segment(object_id)}"
        row = await self._client.get(path, _USER, params=_WITH_PHONES)
        await self._make_sure_of([row])
        return _contact(row)

    async def find(self, address: str) -> Person | None:
        """Return the user with this ObjectId or UPN, else this ``mail``, else this proxy address.

        The UPN is read directly, since an empty filter result never proves absence.

        Raises:
            BadRequest: more than one user has the address, which the directory allows for ``mail``.
        """
        by_object_id = is_object_id(address)
        if not by_object_id and "@" not in address:
            return None
        if (found := await self._named(address)) or by_object_id:
            return found
        return await self._only(f"mail eq {literal(address)}") or await self._only(
            f"proxyAddresses/any(p:p eq {literal('smtp:' + address)})"
        )

    async def holders(self, address: str) -> tuple[Person, ...]:
        """Return everybody with this UPN, this ``mail``, or else this proxy address.

        The directory allows several people to have one ``mail``.
        """
        named = await self._named(address)
        by_upn = [named] if named else []
        conditions = (
            f"mail eq {literal(address)}",
            f"proxyAddresses/any(p:p eq {literal('smtp:' + address)})",
        )
        for condition in conditions:
            if found := {one.object_id: one for one in (*by_upn, *await self._all(condition))}:
                return tuple(found.values())
        return ()

    async def names_beginning(self, letters: str) -> list[str]:
        """Return UPNs of users whose UPN or ``mail`` begins like this: a page of them at most."""
        begins = [
            f"startswith({name},{literal(letters)})" for name in ("userPrincipalName", "mail")
        ]
        params = {
            "$select": "userPrincipalName",
            "$filter": " or ".join(begins),
            "$top": _LARGEST_PAGE,
        }
        page = await self._client.get("/users", _USERS, params=params)
        rows = page.get("value")
        if not isinstance(rows, list):
            raise UnexpectedAnswer("Graph listed users without a list of them.")
        names = (_text(row, "userPrincipalName") for row in rows if isinstance(row, dict))
        return [name for name in names if name]

    async def everyone(self, *, with_managers: bool = False) -> AsyncIterator[Listed]:
        """Yield every user of the directory, guests and disabled accounts included.

        999 a page: for large imports cheaper than a call for each row.
        """
        params = {"$select": f"{_SELECT['$select']},proxyAddresses", "$top": _LARGEST_PAGE}
        if with_managers:
            params["$expand"] = "manager($select=id)"
        doubtful = False
        async for row in self._client.pages("/users", _USERS, params=params):
            doubtful = doubtful or _says_nothing(row)
            if row.get("userPrincipalName", "") is None:
                # Graph's metadata lets it be null; nobody can mean an account without a name.
                continue
            yield Listed(
                person=_person(row),
                proxy_addresses=tuple(_mail_addresses(list_of(row.get("proxyAddresses")))),
                has_manager=_is_user(row.get("manager")) if with_managers else None,
            )
        if doubtful:
            await self._make_sure()

    async def manager(self, object_id: str) -> Contact | None:
        """Return a user's manager; None if there is none, or a contact, or one without a name.

        Raises:
            NotFound: the user is gone. Graph answers that with the same 404 as a missing manager.
        """
        try:
            row = await self._client.get(
                f"/users/{segment(object_id)}/manager", _MANAGER, params=_WITH_PHONES
            )
        except NotFound:
            await self.user(object_id)
            return None
        if not _is_user(row) or row.get("userPrincipalName", "") is None:
            return None
        await self._make_sure_of([row])
        return _contact(row)

    async def _named(self, name: str) -> Person | None:
        """Return the user with this ObjectId or UPN."""
        if "/" in name:
            # In the path it would end the name, however it is written.
            return await self._only(f"userPrincipalName eq {literal(name)}")
        try:
            return await self.user(name)
        except NotFound:
            return None

    async def _all(self, condition: str) -> list[Person]:
        params = _SELECT | {"$filter": condition}
        rows = [row async for row in self._client.pages("/users", _USERS, params=params)]
        await self._make_sure_of(rows)
        return [_person(row) for row in rows]

    async def _make_sure_of(self, rows: Iterable[Json]) -> None:
        if any(_says_nothing(row) for row in rows):
            await self._make_sure()

    async def _make_sure(self) -> None:
        """Make sure that the app sees of anybody whether the account is enabled.

        Of a few accounts Graph says neither (microsoft-graph-docs#16054), whatever is granted.

        Raises:
            PermissionDenied: it doesn't see that of anybody.
        """
        params = {"$select": "id,accountEnabled", "$filter": "accountEnabled eq true", "$top": "1"}
        rows = self._client.pages("/users", _USERS, params=params)
        async for row in rows:
            if row.get("accountEnabled") is True:
                # One is enough: the pages that follow are the rest of the directory.
                return
            break
        raise PermissionDenied(
            "The app can't see whether a user is enabled. "
            f"Grant {_GRANT} with admin consent: see {ADMIN_GUIDE}."
        )

    async def _only(self, condition: str) -> Person | None:
        found = await self._all(condition)
        if len(found) > 1:
            raise BadRequest(
                "More than one user of the directory has this address. Use the user principal "
                "name in its place."
            )
        return found[0] if found else None


def _is_user(row: object) -> bool:
    """Say whether a manager has an account; one who is a contact has none."""
    return isinstance(row, dict) and row.get("@odata.type", _USER_TYPE) == _USER_TYPE


def _says_nothing(row: Json) -> bool:
    """Say whether a row leaves out, or leaves null, whether the account is enabled."""
    return not isinstance(row.get("accountEnabled"), bool)


def _mail_addresses(proxy_addresses: Iterable[object]) -> Iterator[str]:
    for address in proxy_addresses:
        kind, _, name = str(address).partition(":")
        if kind.casefold() == "smtp":
            yield name


def _contact(row: Json) -> Contact:
    numbers = row.get("businessPhones")
    business = numbers if isinstance(numbers, list) else []
    return Contact(person=_person(row), phone=phone_text([*business, row.get("mobilePhone")]))


def _person(row: Json) -> Person:
    object_id, upn = _text(row, "id"), _text(row, "userPrincipalName")
    if object_id is None or not is_object_id(object_id) or upn is None:
        raise UnexpectedAnswer("Graph describes a user without id or user principal name.")
    return Person(
        object_id=object_id,
        user_principal_name=upn,
        display_name=_text(row, "displayName") or upn,
        mail=_text(row, "mail"),
        department=_text(row, "department"),
        language=_text(row, "preferredLanguage"),
        # Of whom nothing is said counts as disabled: no mail, and looked at again each day.
        account_enabled=row.get("accountEnabled") is True,
        user_type=_text(row, "userType") or _user_type_by_name(upn),
    )


def _user_type_by_name(upn: str) -> str:
    """Return the type of a user of whom Graph says none: a guest's UPN tells of it.

    https://learn.microsoft.com/entra/external-id/user-properties
    """
    return "Guest" if "#EXT#" in upn.upper() else "Member"


def _text(row: Json, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None
