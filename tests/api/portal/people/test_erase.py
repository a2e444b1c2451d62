"""An erasure that an admin asks for in the portal: what is said of it, and that it is logged."""

import asyncio
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Worker

from activities.erasure.erase import EnrolmentEnded, ImportHistories
from client.erasure.out_of_reach import OUT_OF_REACH
from client.erasure.under_way import asked_before
from database.audit.entries import read_entries
from database.engine import Database
from domain.portal.roles import Role
from domain.tables.erasure import KnownNames
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import object_id, person, put
from tests.support.enrolments import STRICT
from workflows.erasure import ErasureWorkflow

PATH = f"/portal/people/{object_id(1)}/erase"
FORM = {"csrf": CSRF, "reason": "request 4711", "confirmation": " PERSON1@contoso.com "}
ANSWERS: dict[str, Any] = {
    "end_enrolment": EnrolmentEnded(names=KnownNames(batch_ids=("wave-1",)), ended=True),
    "erase_rows": {"enrolment": 1, "story": 4},
    "delete_list_rows": 1,
    "forget_manager": 2,
    "delete_histories": 3,
    "delete_import_histories": ImportHistories(left=1),
}


@activity.defn(dynamic=True)
async def answer_erasure(_: Sequence[RawValue]) -> Any:
    """Answer as the activities of an erasure do."""
    return ANSWERS[activity.info().activity_type]


async def _entries(database: Database) -> list[tuple[str, str | None, str | None]]:
    async with database.reading() as connection:
        entries = await read_entries(connection)
    return [(one.action, one.reason, one.outcome) for _, one in sorted(entries.items())]


async def test_it_says_what_was_erased_and_what_is_left(
    client: Client, unique: Callable[[str], str], tmp_path: Path, sqlite_database: Database
) -> None:
    """The page counts what is gone and what nobody reached; a form sent twice is one action."""
    queue = unique("queue")
    await put(sqlite_database, person(1))
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[ErasureWorkflow],
            activities=[answer_erasure],
            workflow_runner=STRICT,
        ),
        running_portal(client, tmp_path, sqlite_database, task_queue=queue) as portal,
        portal.browser(Role.ADMIN) as browser,
    ):
        form = FORM | {"request_id": str(uuid4())}
        twice = await asyncio.gather(*(browser.post(PATH, data=form) for _ in range(2)))
        pages = [unescape(one.text) for one in (*twice, await browser.post(PATH, data=form))]
        page = pages[0]
        assert pages == [page] * 3, "once, and one answer"
        assert 'name="request_id"' in (await browser.get(PATH)).text
        # Whoever goes back to the form and chooses more asks for more.
        sent = (object_id(1), form["request_id"])
        assert asked_before(*sent, with_import_histories=True) is None
        assert "Erased" in (await browser.post(PATH, data=form | {"import_histories": "yes"})).text
        assert asked_before(*sent, with_import_histories=True) is not None
    assert "Erased: 5 rows of our tables, 1 of the list, 3 histories" in page
    assert "Names of managers that were deleted: 2." in page
    assert "1 history of imports of the person's batches" in page
    assert "ExecutionStatus != 'Running' AND SourceBatchId IN ('wave-1')" in page
    assert all(text in page for text in OUT_OF_REACH)
    assert await _entries(sqlite_database) == [
        ("erase", "request 4711", None),
        ("erase", None, "done"),
    ]


async def test_while_temporal_is_away_nobody_is_erased(portal: RunningPortal) -> None:
    """The page says that it can't be done now, and the log that it failed."""
    await put(portal.database, person(1))
    form = FORM | {"request_id": str(uuid4())}
    async with portal.browser(Role.ADMIN) as browser:
        for _ in range(2):
            assert (await browser.post(PATH, data=form)).status_code == 503
    outcomes = [outcome for _, _, outcome in await _entries(portal.database)]
    assert outcomes == [None, "failed"] * 2, "what has failed may be tried again"
