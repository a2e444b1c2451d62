"""REST in this process, on tables of its own, and callers in front of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client

from api.admin.problems import MEDIA_TYPE
from database.engine import Database
from domain.portal.roles import Role
from tests.api.admin.admins import COMMAND_LINE_ID, Entra
from tests.api.running import Api, running_api
from tests.database.values import object_id

# Of a person who has signed in with the command line.
CALLER = object_id(900)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """An API that runs, its tables, and the tenant that lets callers in."""

    api: Api
    database: Database
    entra: Entra

    def token(self, *roles: Role | str, **claims: Any) -> str:
        """Return the token of Ada, who has signed in and holds these roles."""
        usual: dict[str, Any] = {
            "oid": CALLER,
            "azp": COMMAND_LINE_ID,
            "scp": "access_as_user",
            "name": "Ada Lovelace",
            "roles": list(roles),
        }
        return self.entra.tenant.tokens.issue(self.entra.claims(**(usual | claims)))

    async def call(self, method: str, path: str, *roles: Role, **request: Any) -> httpx.Response:
        """Call an endpoint as somebody with these roles."""
        headers = {"Authorization": f"Bearer {self.token(*roles)}"} | request.pop("headers", {})
        return await self.api.http.request(method, path, headers=headers, **request)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        """Read something as an admin."""
        return await self.call("GET", path, Role.ADMIN, params=params)

    async def ask(self, path: str, reason: str = "as a test", **request: Any) -> httpx.Response:
        """Ask for something as an admin."""
        return await self.call("POST", path, Role.ADMIN, json={"reason": reason}, **request)

    async def post(self, path: str, body: object, key: str = "a") -> tuple[int, Any]:
        """Send something as an admin, as the request that ``key`` names; return status and body."""
        headers = {"Idempotency-Key": key}
        answer = await self.call("POST", path, Role.ADMIN, json=body, headers=headers)
        return answer.status_code, answer.json()


def is_problem(response: httpx.Response, status: int) -> bool:
    """Say whether an answer is a problem of this status, in the form of RFC 9457."""
    told = response.json()
    return (
        response.status_code == told["status"] == status
        and response.headers["content-type"] == MEDIA_TYPE
        and told["type"] == "about:blank"
        and bool(told["title"] and told["detail"])
    )


@asynccontextmanager
async def running_rest(
    client: Client, folder: Path, database: Database | None, entra: Entra, **changes: Any
) -> AsyncIterator[Rest]:
    """Run an API."""
    options: dict[str, Any] = {"sign_in": entra.sign_in, "database": database} | changes
    async with running_api(client, folder, **options) as api:
        yield Rest(api=api, database=api.app.state.services.database, entra=entra)
