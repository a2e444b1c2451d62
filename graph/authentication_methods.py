"""Which authentication methods a user has registered.

Source: Graph's page "List methods". One user per call: there is no bulk read and no delta.
"""

from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import segment

BASE_TYPE = "authenticationMethod"
_PREFIX = "#microsoft.graph."
_PURPOSE = Purpose(
    doing="read a user's authentication methods",
    grant="UserAuthenticationMethod.Read.All with admin consent",
    absent="The user is not in the directory. Check whether the account was deleted.",
)


class AuthenticationMethods:
    """Reads registrations. Never changes or deletes one."""

    def __init__(self, client: GraphClient) -> None:
        """Read by this client."""
        self._client = client

    async def methods(self, object_id: str) -> tuple[str, ...]:
        """Return the type of each registered method, as in ``phoneAuthenticationMethod``.

        Everyone has the password. Types that this version of Graph doesn't know come as
        ``authenticationMethod``; which types count is not decided here.

        Raises:
            NotFound: the user is not in the directory. Never to be taken for "not registered".
        """
        path = f"/users/{segment(object_id)}/authentication/methods"
        return tuple(
            [
                str(row.get("@odata.type", BASE_TYPE)).removeprefix(_PREFIX)
                async for row in self._client.pages(path, _PURPOSE)
            ]
        )
