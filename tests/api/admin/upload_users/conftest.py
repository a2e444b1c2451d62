"""An admin in front of the API, with a worker and a tenant."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from database.engine import Database
from domain.identifiers import ENROLMENT_WORKFLOW
from domain.imports.pace import Pace
from tests.activities.ground import Ground, grounded
from tests.activities.stage import Stage, set_up
from tests.api.admin.admins import Entra, entra_of_contoso
from tests.api.running import Api, running_api
from tests.support.working import working

UPLOAD, USERS = "/api/upload-users", "/api/users"
# For how many seconds an answer is to wait; clocks differ a little.
WAIT, WAITED = "20", timedelta(seconds=19)


ADA = "ada@contoso.example"


MAILBOXES = ("mfa@contoso.example", "mfa-2@contoso.example")


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve the tenant that the worker works with."""
    async with grounded() as ground:
        yield ground


@pytest.fixture(scope="module")
async def entra() -> AsyncIterator[Entra]:
    """Serve the tenant that lets admins in."""
    async with entra_of_contoso() as entra:
        yield entra


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """An admin in front of the API."""

    api: Api
    stage: Stage
    tables: Database
    headers: dict[str, str]
    batch: str

    async def post(self, path: str, **request: Any) -> httpx.Response:
        """Send something."""
        headers = self.headers | request.pop("headers", {})
        return await self.api.http.post(path, headers=headers, **request)

    async def get(self, path: str, wait: str = "0") -> httpx.Response:
        """Ask for something."""
        url = httpx.URL(path).copy_merge_params({"wait": wait})
        return await self.api.http.get(url, headers=self.headers)

    async def ended(self, response: httpx.Response) -> dict[str, Any]:
        """Return an import's report once it has ended: the answer, or those that are asked for.

        An answer that came before the end has waited as long as it was asked to.
        """
        report: dict[str, Any] = response.json()
        while report["state"] != "ended":
            assert response.elapsed >= WAITED
            response = await self.get(f"/api/batches/{self.batch}", wait=WAIT)
            report = response.json()
        return report

    async def enrolled(self) -> int:
        """Count the batch's enrolments."""
        query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND SourceBatchId = '{self.batch}'"
        return (await self.stage.client.count_workflows(query)).count


@pytest.fixture
async def admin(  # noqa: PLR0917 - fixtures are asked for by name
    client: Client,
    tmp_path: Path,
    entra: Entra,
    ground: Ground,
    sqlite_database: Database,
    unique: Callable[[str], str],
) -> AsyncIterator[Admin]:
    """Run an API for whose queue nobody works."""
    options: dict[str, Any] = {
        "sign_in": entra.sign_in,
        "task_queue": unique("queue"),
        "pace": Pace(per_minute=1),
        "sender_mailboxes": MAILBOXES,
        "database": sqlite_database,
    }
    async with running_api(client, tmp_path, **options) as api:
        yield Admin(
            api=api,
            stage=set_up(ground, client, sqlite_database),
            tables=sqlite_database,
            headers={"Authorization": f"Bearer {await entra.app_token()}"},
            batch=unique("b"),
        )


@pytest.fixture
async def busy(client: Client, admin: Admin) -> AsyncIterator[Admin]:
    """Let somebody work for it."""
    queue: str = admin.api.app.state.services.config.task_queue
    async with working(client, admin.stage, queue):
        yield admin
