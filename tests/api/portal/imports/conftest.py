"""A portal that starts imports, which nobody works on."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from database.engine import Database
from tests.api.portal.portal import RunningPortal, running_portal

MAILBOXES = ("mfa@contoso.example", "mfa-2@contoso.example")


@pytest.fixture
async def served(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> AsyncIterator[RunningPortal]:
    """Run a portal with Temporal, and nobody who works on its queue."""
    queue = unique("queue")
    options: dict[str, Any] = {"task_queue": queue, "sender_mailboxes": MAILBOXES}
    async with running_portal(client, tmp_path, sqlite_database, **options) as running:
        yield running
